/** Numbers from 0 to 1 that look random and are the same for the same whole numbers. */
export function scatter(x: number, y: number, seed: number): number {
  let bits = Math.imul(x, 374_761_393) + Math.imul(y, 668_265_263) + Math.imul(seed, 1_442_695_041)
  bits = Math.imul(bits ^ (bits >>> 13), 1_274_126_177)
  bits = Math.imul(bits ^ (bits >>> 15), 2_246_822_519)
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
}

/** Smooth hills from 0 to 1, about one in each unit. */
export function hills(x: number, y: number, seed: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)]
  const [right, down] = [ease(x - column), ease(y - row)]
  const top = between(scatter(column, row, seed), scatter(column + 1, row, seed), right)
  const bottom = between(scatter(column, row + 1, seed), scatter(column + 1, row + 1, seed), right)
  return between(top, bottom, down)
}

/** Hills upon hills, each layer half as high and twice as dense; from 0 to 1. */
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
