/** Red, green and blue, each from 0 to 1. Sums of light can exceed 1 until they are drawn. */
export type Color = readonly [red: number, green: number, blue: number]

/** Colors from dark to light, as `#rrggbb`. */
export type Palette = readonly [string, string, ...string[]]

/** Returns a function that interpolates a palette at `at`, from 0 to 1. */
export function rampOf(palette: Palette): (at: number) => Color {
  const stops = palette.map(parseColor)
  return (at) => {
    const position = clamp(at) * (stops.length - 1)
    const index = Math.min(Math.floor(position), stops.length - 2)
    return mix(stops[index] ?? black, stops[index + 1] ?? black, smooth(0, 1, position - index))
  }
}

const black: Color = [0, 0, 0]

function parseColor(hex: string): Color {
  const value = Number.parseInt(hex.slice(1), 16)
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}

export const clamp = (value: number): number => Math.min(1, Math.max(0, value))

/** Smoothstep: 0 below `from`, 1 above `to`; falling if `from` is larger. */
export function smooth(from: number, to: number, value: number): number {
  const part = clamp((value - from) / (to - from))
  return part * part * (3 - 2 * part)
}

/** Returns the distance of a point from the origin. `Math.hypot` also guards against overflow and is ten times slower. */
export const distance = (x: number, y: number): number => Math.sqrt(x * x + y * y)

export function mix(first: Color, second: Color, part: number): Color {
  const blend = (index: 0 | 1 | 2) => first[index] + (second[index] - first[index]) * part
  return [blend(0), blend(1), blend(2)]
}

/** Adds `amount` times `light` to a color. */
export function addLight(color: Color, light: Color, amount: number): Color {
  return [color[0] + light[0] * amount, color[1] + light[1] * amount, color[2] + light[2] * amount]
}

export const scaleLight = (color: Color, factor: number): Color => [
  color[0] * factor,
  color[1] * factor,
  color[2] * factor,
]
