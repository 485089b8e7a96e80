import { type Color, scaleLight } from './color.ts'

/**
 * An image as a function of a point: `x` goes from 0 to width divided by height, `y` from 0 at the top to 1. It is called
 * once for each column, so values that depend only on `x` are computed once.
 */
export type Scene = (x: number) => (y: number) => Color

/** Raw RGB pixels: three bytes each, row by row. */
export interface Pixels {
  bytes: Buffer
  width: number
  height: number
}

/** Draws a scene with a slight vignette. */
export function draw(scene: Scene, width: number, height: number): Pixels {
  const bytes = Buffer.alloc(width * height * 3)
  for (let column = 0; column < width; column++) {
    const colorAt = scene((column + 0.5) / height)
    for (let row = 0; row < height; row++) {
      const across = (column + 0.5) / width - 0.5
      const down = (row + 0.5) / height - 0.5
      const [red, green, blue] = scaleLight(colorAt((row + 0.5) / height), 1 - 0.45 * (across * across + down * down))
      const at = (row * width + column) * 3
      bytes[at] = level(red)
      bytes[at + 1] = level(green)
      bytes[at + 2] = level(blue)
    }
  }
  return { bytes, width, height }
}

/** Converts a light value to 0–255. Values above 0.8 are compressed instead of clipped. */
const level = (light: number): number =>
  255 * (light < 0.8 ? Math.max(0, light) : 1 - 0.2 * Math.exp((0.8 - light) * 5))
