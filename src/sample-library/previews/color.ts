/** Red, green and blue, each from 0 to 1; sums of light may go beyond until they are drawn. */
export type Color = readonly [red: number, green: number, blue: number]

/** From dark to light, `#rrggbb`. */
export type Palette = readonly [string, string, ...string[]]

/** The colour at `at`, 0 to 1, along a palette. */
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

/** 0 below `from`, 1 above `to`, smooth between; falling where `from` is the larger. */
export function smooth(from: number, to: number, value: number): number {
  const part = clamp((value - from) / (to - from))
  return part * part * (3 - 2 * part)
}

/** Of a point from the origin. `Math.hypot` does the same, guards against overflow, and takes ten times as long. */
export const distance = (x: number, y: number): number => Math.sqrt(x * x + y * y)

export function mix(first: Color, second: Color, part: number): Color {
  const blend = (index: 0 | 1 | 2) => first[index] + (second[index] - first[index]) * part
  return [blend(0), blend(1), blend(2)]
}

/** Adds `amount` of the light of `light`. */
export function addLight(color: Color, light: Color, amount: number): Color {
  return [color[0] + light[0] * amount, color[1] + light[1] * amount, color[2] + light[2] * amount]
}

export const scaleLight = (color: Color, factor: number): Color => [
  color[0] * factor,
  color[1] * factor,
  color[2] * factor,
]
