import { addLight, type Color, clamp, distance, mix, type Palette, rampOf, scaleLight, smooth } from './color.ts'
import type { Scene } from './draw.ts'
import { clouds, hills, scatter } from './noise.ts'

/** Folds of heavy cloth. */
export function silk(palette: Palette, seed: number): Scene {
  const ramp = rampOf(palette)
  const height = (x: number, y: number) => {
    const bend = clouds(x * 1.6 + 3, y * 1.3, seed, 3)
    return 0.5 + 0.5 * Math.sin(15 * (x * 0.85 + y * 0.45) + 9 * bend + 3 * hills(x * 3, y * 3, seed + 9))
  }
  return (x) => (y) => {
    const step = 0.004
    const here = height(x, y)
    const slope = (height(x + step, y) - here + (height(x, y + step) - here) * 0.7) / step
    const light = clamp(0.5 + 0.035 * slope)
    return addLight(ramp(0.15 + 0.5 * here + 0.3 * light), ramp(1), 0.35 * smooth(0.72, 1, light))
  }
}

/** A stained-glass window. */
export function glass(palette: Palette, seed: number): Scene {
  const ramp = rampOf(palette)
  return (x) => (y) => {
    const [column, row] = [Math.floor(x * 9), Math.floor(y * 9)]
    let [nearest, second, pane] = [9, 9, 0]
    for (let dx = -1; dx <= 1; dx++) {
      for (let dy = -1; dy <= 1; dy++) {
        const [cellX, cellY] = [column + dx, row + dy]
        const away = distance(
          x * 9 - cellX - scatter(cellX, cellY, seed),
          y * 9 - cellY - scatter(cellY, cellX, seed + 1),
        )
        if (away < nearest) [second, nearest, pane] = [nearest, away, scatter(cellX, cellY, seed + 2)]
        else if (away < second) second = away
      }
    }
    const fromSun = distance(x - 0.36, y - 0.34)
    const ring = smooth(0.02, 0, Math.abs(fromSun - 0.25) - 0.004)
    const inside = fromSun < 0.25 ? 0.62 + 0.38 * pane : 0.1 + 0.6 * pane
    const texture = 0.86 + 0.28 * clouds(x * 26, y * 26, seed + 4, 3)
    const shine = scaleLight(ramp(inside), texture * (0.75 + 0.7 * Math.exp(-fromSun * 2.6)))
    const lead = Math.max(smooth(0.085, 0.05, second - nearest), ring)
    return mix(shine, [0.05, 0.05, 0.07], lead)
  }
}

/** A round clay animal on a plain table. */
export function clayFigure(palette: Palette, seed: number): Scene {
  const ramp = rampOf(palette)
  const lean = 0.03 * (scatter(1, 1, seed) - 0.5)
  const ears = 0.06 + 0.05 * scatter(2, 1, seed)
  const [skin, belly, dark] = [ramp(0.62), ramp(0.85), [0.09, 0.07, 0.09] as const]
  const balls: { x: number; y: number; radius: number; color: Color; gloss: number }[] = [
    { x: 0.35 - 0.1 + lean, y: 0.3 - ears * 0.5, radius: ears, color: skin, gloss: 0.1 },
    { x: 0.35 + 0.1 + lean, y: 0.3 - ears * 0.5, radius: ears, color: skin, gloss: 0.1 },
    { x: 0.35 - 0.1 + lean, y: 0.31 - ears * 0.5, radius: ears * 0.55, color: belly, gloss: 0.05 },
    { x: 0.35 + 0.1 + lean, y: 0.31 - ears * 0.5, radius: ears * 0.55, color: belly, gloss: 0.05 },
    { x: 0.24, y: 0.83, radius: 0.07, color: skin, gloss: 0.1 },
    { x: 0.46, y: 0.83, radius: 0.07, color: skin, gloss: 0.1 },
    { x: 0.35, y: 0.67, radius: 0.21, color: skin, gloss: 0.12 },
    { x: 0.35, y: 0.71, radius: 0.135, color: belly, gloss: 0.08 },
    { x: 0.35 + lean, y: 0.39, radius: 0.165, color: skin, gloss: 0.15 },
    { x: 0.35 - 0.065 + lean, y: 0.375, radius: 0.021, color: dark, gloss: 1 },
    { x: 0.35 + 0.065 + lean, y: 0.375, radius: 0.021, color: dark, gloss: 1 },
    { x: 0.35 - 0.1 + lean, y: 0.425, radius: 0.026, color: ramp(0.78), gloss: 0 },
    { x: 0.35 + 0.1 + lean, y: 0.425, radius: 0.026, color: ramp(0.78), gloss: 0 },
    { x: 0.35 + lean, y: 0.42, radius: 0.016, color: dark, gloss: 0.8 },
  ]
  return (x) => (y) => {
    const table = smooth(0.7, 0.74, y)
    let color = mix(mix(ramp(1), ramp(0.7), 0.35 + 0.5 * y), mix(ramp(0.3), ramp(0.5), y - 0.3), table)
    color = scaleLight(color, 1 - 0.5 * table * Math.exp(-(((x - 0.38) / 0.24) ** 2) - ((y - 0.875) / 0.035) ** 2))
    for (const ball of balls) {
      const [across, down] = [(x - ball.x) / ball.radius, (y - ball.y) / ball.radius]
      const away = across * across + down * down
      if (away > 1.08) continue
      const out = Math.sqrt(Math.max(0, 1 - away))
      const thumb = 0.16 * (clouds(x * 22, y * 22, seed, 2) - 0.5)
      const light = clamp(0.32 + 0.72 * (-0.5 * across - 0.62 * down + 0.6 * out) + thumb)
      const gloss = ball.gloss * smooth(0.9, 0.99, -0.4 * across - 0.5 * down + 0.77 * out)
      const surface = addLight(scaleLight(ball.color, 0.4 + 0.72 * light), [1, 1, 1], gloss)
      color = mix(color, surface, smooth(1, 1 - 0.008 / ball.radius, away))
    }
    return color
  }
}

/** Lights out of focus. */
export function bokeh(palette: Palette, seed: number): Scene {
  const ramp = rampOf(palette)
  const lights = Array.from({ length: 46 }, (_, index) => ({
    x: 0.9 * scatter(index, 1, seed) - 0.05,
    y: scatter(index, 2, seed),
    radius: 0.025 + 0.075 * scatter(index, 3, seed),
    color: ramp(0.5 + 0.5 * scatter(index, 4, seed)),
    strength: 0.1 + 0.24 * scatter(index, 5, seed),
  }))
  return (x) => (y) => {
    let color = mix(ramp(0), ramp(0.35), 0.8 * clouds(x * 1.5, y * 1.5, seed, 2))
    for (const light of lights) {
      const away = distance(x - light.x, y - light.y) / light.radius
      if (away > 1.1) continue
      color = addLight(color, light.color, light.strength * smooth(1.05, 0.9, away) * (0.6 + 0.5 * away ** 4))
    }
    return color
  }
}

/** Rings on clear water, with caustics on the ground. */
export function ripples(palette: Palette, seed: number): Scene {
  const ramp = rampOf(palette)
  const drops = [0, 1, 2, 3].map((index) => [0.7 * scatter(index, 1, seed), scatter(index, 2, seed)] as const)
  return (x) => (y) => {
    let surface = 0
    for (const [dropX, dropY] of drops) {
      const away = distance(x - dropX, y - dropY)
      surface += Math.sin(away * 75) * Math.exp(-away * 3.4)
    }
    const bent = 0.05 * surface
    const web = 1 - Math.abs(2 * clouds(x * 5 + bent, y * 5 - bent, seed, 3) - 1)
    const ground = ramp(0.25 + 0.5 * clouds(x * 2 + bent, y * 2, seed + 2) + 0.15 * (1 - y))
    return addLight(addLight(ground, ramp(1), 0.6 * web ** 9), ramp(1), 0.22 * smooth(0.5, 1.3, surface))
  }
}

/** Contour lines of a map, closer where it is steep. */
export function contours(palette: Palette, seed: number): Scene {
  const ramp = rampOf(palette)
  const height = (x: number, y: number) => 15 * clouds(x * 2.4, y * 2.4, seed, 3)
  return (x) => (y) => {
    const here = height(x, y)
    const step = 0.001
    const steep = distance(height(x + step, y) - here, height(x, y + step) - here) / step
    const toLine = Math.abs(here - Math.round(here)) / Math.max(steep, 4)
    const isThick = Math.round(here) % 4 === 0
    const paper = mix(ramp(1), ramp(0.75), clamp(0.055 * Math.floor(here) + 0.1 * clouds(x * 40, y * 40, seed, 2)))
    return mix(
      paper,
      ramp(0.1),
      smooth(isThick ? 0.0042 : 0.0026, isThick ? 0.0022 : 0.0008, toLine) * (isThick ? 0.95 : 0.7),
    )
  }
}

/** A scene with its left side in coarse squares, as a before-and-after comparison. */
export function upscaleComparison(scene: Scene, middle = 0.36): Scene {
  const square = 1 / 40
  const center = (value: number) => (Math.floor(value / square) + 0.5) * square
  return (x) => {
    const coarse = scene(center(x))
    const fine = scene(x)
    const bar = smooth(0.005, 0.003, Math.abs(x - middle))
    return (y) => mix(x < middle ? coarse(center(y)) : fine(y), [1, 1, 1], bar)
  }
}
