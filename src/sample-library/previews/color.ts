/** Red, green and blue, each from 0 to 1; sums of light may go beyond until they are drawn. */
export type Colour = readonly [red: number, green: number, blue: number]

/** From dark to light, `#rrggbb`. */
export type Palette = readonly [string, string, ...string[]]

/** The colour at `at`, 0 to 1, along a palette. */
export function rampOf(palette: Palette): (at: number) => Colour {
  const stops = palette.map(colourOf)
  return (at) => {
    const position = clamp(at) * (stops.length - 1)
    const index = Math.min(Math.floor(position), stops.length - 2)
    return mix(stops[index] ?? black, stops[index + 1] ?? black, smooth(0, 1, position - index))
  }
}

const black: Colour = [0, 0, 0]

function colourOf(hex: string): Colour {
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

export function mix(first: Colour, second: Colour, part: number): Colour {
  const blend = (index: 0 | 1 | 2) => first[index] + (second[index] - first[index]) * part
  return [blend(0), blend(1), blend(2)]
}

/** Adds `amount` of the light of `light`. */
export function lit(colour: Colour, light: Colour, amount: number): Colour {
  return [colour[0] + light[0] * amount, colour[1] + light[1] * amount, colour[2] + light[2] * amount]
}

export const dimmed = (colour: Colour, factor: number): Colour => [
  colour[0] * factor,
  colour[1] * factor,
  colour[2] * factor,
]
