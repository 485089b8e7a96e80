/** Returns a pseudo-random number from 0 to 1 for integer coordinates. */
export function scatter(x: number, y: number, seed: number): number {
  let bits = Math.imul(x, 374_761_393) + Math.imul(y, 668_265_263) + Math.imul(seed, 1_442_695_041)
  bits = Math.imul(bits ^ (bits >>> 13), 1_274_126_177)
  bits = Math.imul(bits ^ (bits >>> 15), 2_246_822_519)
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
}

/** Value noise from 0 to 1, with about one hill per unit. */
export function hills(x: number, y: number, seed: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  const [right, down] = [ease(x - column), ease(y - row)]
  const top = between(scatter(column, row, seed), scatter(column + 1, row, seed), right)
  const bottom = between(scatter(column, row + 1, seed), scatter(column + 1, row + 1, seed), right)
  return between(top, bottom, down)
}

/** Fractal noise from 0 to 1: each layer has half the height and about twice the frequency. */
export function clouds(x: number, y: number, seed: number, layers = 4): number {
  let [sum, height, scale] = [0, 0.5, 1]
  for (let layer = 0; layer < layers; layer++) {
    sum += height * hills(x * scale, y * scale, seed + layer)
    height /= 2
    scale *= 2.03
  }
  return sum / (1 - 2 * height)
}

const ease = (part: number) => part * part * part * (part * (part * 6 - 15) + 10)
const between = (from: number, to: number, part: number) => from + (to - from) * part
