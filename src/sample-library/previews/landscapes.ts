import { addLight, type Color, clamp, distance, mix, type Palette, rampOf, scaleLight, smooth } from './color.ts'
import type { Scene } from './draw.ts'
import { clouds, hills, scatter } from './noise.ts'

/** Layers of mountains under a low sun, the nearest the darkest. */
export function ridges(palette: Palette, seed: number): Scene {
  const ramp = rampOf(palette)
  const [sunX, sunY] = [0.2 + 0.35 * scatter(1, 1, seed), 0.3 + 0.12 * scatter(2, 1, seed)]
  const layers = [0, 1, 2, 3, 4, 5]
  const sky = (x: number, y: number) => {
    const fromSun = distance(x - sunX, y - sunY)
    const color = mix(ramp(0.35 + 0.65 * y * 1.4), ramp(1), 0.3 * clouds(x * 2, y * 9, seed + 5))
    return addLight(mix(color, ramp(1), smooth(0.073, 0.07, fromSun)), ramp(1), 0.5 * Math.exp(-fromSun * 6))
  }
  return (x) => {
    const crests = layers.map(
      (layer) =>
        0.42 +
        layer * 0.095 -
        (0.3 - layer * 0.025) * (clouds(x * (1.4 + layer * 0.5), layer * 7, seed + layer * 31, 5) - 0.35),
    )
    return (y) => {
      const below = crests.map((crest) => y - crest)
      // Layers hidden by a nearer one are not drawn.
      const first = below.findLastIndex((depth) => depth > edge)
      let color = first === -1 ? sky(x, y) : ramp(0)
      for (const layer of layers.slice(Math.max(0, first))) {
        const depth = below[layer] ?? -1
        if (depth < -edge) continue
        const near = (layer + 1) / layers.length
        const haze = 0.35 * (1 - near) + 0.12 * smooth(0, 0.25, depth) * (1.2 - near)
        const slope = addLight(mix(ramp(0.75), ramp(0), near ** 0.7), ramp(1), haze)
        color = mix(color, slope, smooth(-edge, edge, depth))
      }
      return color
    }
  }
}

/** Half the width of a smoothed edge. */
const edge = 0.0015

/** Paper lanterns over still water, at dusk. */
export function lanterns(palette: Palette, seed: number): Scene {
  const ramp = rampOf(palette)
  const warm: Color = [1, 0.62, 0.25]
  // One in each cell of a grid, so that few overlap.
  const floating = Array.from({ length: 20 }, (_, index) => ({
    x: 0.19 * ((index % 4) + 0.1 + 0.75 * scatter(index, 1, seed)) - 0.02,
    y: 0.125 * (Math.floor(index / 4) + 0.2 + 0.7 * scatter(index, 2, seed)),
    size: 0.014 + 0.046 * scatter(index, 3, seed) ** 2,
  }))
  const shore = 0.74
  const air = (x: number, y: number): Color => {
    const stars = scatter(Math.floor(x * 260), Math.floor(y * 260), seed) > 0.9975 ? 0.7 * (1 - y) : 0
    let color = addLight(ramp(0.75 * y ** 1.4), [1, 1, 1], stars)
    const hill = 0.66 - 0.1 * clouds(x * 3, 1, seed + 3) + 0.02
    color = mix(color, ramp(0.02), 0.85 * smooth(hill, hill + 0.004, y))
    for (const lantern of floating) {
      const [across, down] = [(x - lantern.x) / lantern.size, (y - lantern.y) / lantern.size]
      const away = distance(across, down)
      if (away > 8) continue
      color = addLight(color, warm, (0.1 + 6 * lantern.size) * (Math.exp(-away * 0.8) - 0.0016))
      if (away > 2) continue
      const outside = Math.max(Math.abs(across) * (1 + 0.16 * down) - 0.74, Math.abs(down) - 0.95)
      const rib = 0.93 + 0.07 * Math.cos(down * 17)
      const flame = Math.exp(-distance(across, down - 0.55) * 1.1)
      const paper = addLight(scaleLight([0.95, 0.45, 0.16], rib), [0.6, 0.55, 0.4], flame)
      color = mix(color, paper, smooth(0.05, -0.05, outside))
    }
    return color
  }
  return (x) => (y) => {
    if (y < shore) return air(x, y)
    const depth = (y - shore) / (1 - shore)
    const ripple = 0.006 * Math.sin(y * 240 + 6 * hills(x * 9, y * 40, seed)) * (0.3 + depth)
    return mix(scaleLight(air(x + ripple * 2, 2 * shore - y + ripple * 3), 0.72 - 0.25 * depth), ramp(0.15), 0.22)
  }
}

/** Layers of towers with lit windows, and their reflection in a wet street. */
export function city(palette: Palette, seed: number): Scene {
  const ramp = rampOf(palette)
  const street = 0.76
  const air = (x: number, y: number): Color => {
    const moon = distance(x - 0.5, y - 0.2)
    let color = addLight(ramp(0.12 + 0.6 * y), ramp(0.95), 0.6 * smooth(0.083, 0.08, moon) + 0.25 * Math.exp(-moon * 5))
    for (const layer of [0, 1, 2]) {
      const wide = 0.05 + 0.03 * layer
      const tower = Math.floor(x / wide + layer * 0.37)
      const top = 0.26 + 0.14 * layer + 0.3 * scatter(tower, layer, seed)
      if (y < top) continue
      const across = x / wide + layer * 0.37 - tower
      const wall = mix(ramp(0.42 - 0.2 * layer), ramp(0), 0.25 + 0.25 * layer)
      const [column, row] = [Math.floor(across * 5), Math.floor((y - top) / 0.019)]
      const pane = scatter(tower * 8 + column, row + layer * 999, seed + 1)
      const frame = smooth(0.12, 0.2, (across * 5) % 1) * smooth(0.2, 0.3, ((y - top) / 0.019) % 1)
      const shines = pane > 0.6 && across > 0.08 && across < 0.92 && y - top > 0.012 ? frame : 0
      color = mix(wall, ramp(0.6 + 0.4 * scatter(column, row, seed + tower)), shines * (0.5 + 0.25 * layer))
      color = addLight(color, ramp(0.75), 0.16 * smooth(0.4, street, y) * (3 - layer) * 0.4)
    }
    return color
  }
  return (x) => (y) => {
    if (y < street) return air(x, y)
    const depth = (y - street) / (1 - street)
    const wet = 0.03 * (hills(x * 6, y * 70, seed) - 0.5) * (0.4 + depth)
    return mix(
      scaleLight(air(Math.abs(x + wet), street - (y - street) * 1.6 + wet), 0.62),
      ramp(0.1),
      0.25 + 0.3 * depth,
    )
  }
}

/** A paper boat on waves. */
export function boat(palette: Palette, seed: number): Scene {
  const ramp = rampOf(palette)
  const paper: Color = [0.98, 0.95, 0.88]
  const [left, bottom] = [0.34, 0.62]
  return (x) => {
    const crests = [0, 1, 2, 3, 4].map(
      (wave) => 0.56 + wave * 0.075 + (0.008 + 0.006 * wave) * Math.sin(x * (17 - 2 * wave) + wave * 2.1 + seed),
    )
    return (y) => {
      const sun = distance(x - 0.5, y - 0.3)
      let color = mix(ramp(0.55 + 0.45 * y * 1.5), ramp(1), 0.35 * smooth(0.35, 0.7, clouds(x * 2.2, y * 7, seed)))
      color = addLight(mix(color, ramp(1), 0.9 * smooth(0.102, 0.1, sun)), ramp(1), 0.22 * Math.exp(-sun * 5))
      for (const [wave, crest] of crests.entries()) {
        if (wave === 2) color = folded(color, x, y)
        const below = y - crest
        if (below < -edge) continue
        const water = addLight(
          ramp(0.5 - 0.11 * wave),
          ramp(1),
          0.3 * Math.exp(-Math.max(0, below) * 60) + 0.05 * hills(x * 30, y * 120, seed),
        )
        color = mix(color, water, smooth(-edge, edge, below))
      }
      return color
    }
  }

  /** Draws the boat: a hull with slanted sides, and a triangular sail with a fold in the middle. */
  function folded(behind: Color, x: number, y: number): Color {
    const [across, up] = [(x - left) / 0.15, (bottom + 0.09 - y) / 0.15]
    const sail = Math.min(1.28 - up - Math.abs(across) * 1.9, up - 0.3)
    const hull = Math.min(0.62 - up + 0.1 * Math.abs(across), up + 0.1, 0.62 + up * 0.62 - Math.abs(across))
    const shade = (lightness: number) => scaleLight(paper, lightness)
    const withSail = mix(behind, shade(across < 0 ? 0.98 : 0.8), smooth(-0.008, 0.008, sail))
    const hullLight = 0.92 - 0.1 * clamp(across) - 0.1 * smooth(0.5, 0.1, up)
    return mix(withSail, shade(hullLight), smooth(-0.008, 0.008, hull))
  }
}
