/** How an image is wanted. Every value is one of a few, so that nobody can ask for endlessly many versions. */
export type ImageTransform = 'original' | RenderedTransform

export interface RenderedTransform {
  /** Pixels that the image has to fit into. */
  width: number | undefined
  height: number | undefined
  /** Whether the sides are cut so that both dimensions are filled. */
  cover: boolean
  quality: number
  /** Radius in pixels; 0 for none. */
  blur: number
  /** Whether only the first frame of an animation is wanted. */
  still: boolean
}

/**
 * Reads the transforms of an image's address, `width=450,anim=false` (contract §5, site API). Unknown ones and
 * malformed values are as if they were not there; sizes are rounded up to the next of a few.
 */
export function parseTransforms(text: string): ImageTransform {
  const given = new Map(text.split(',').map((part) => splitOnce(part.trim())))
  const isOriginal = given.get('original') === 'true'
  const width = isOriginal ? undefined : snap(given.get('width'), widths)
  const height = isOriginal ? undefined : snap(given.get('height'), heights)
  const blur = snap(given.get('blur'), blurs) ?? 0
  const still = given.get('anim') === 'false'
  if (width === undefined && height === undefined && blur === 0 && !still) return 'original'
  const fit = given.get('fit')
  return {
    // An image that is blurred or stilled at its own size is still bounded.
    width: width ?? (height === undefined ? widths.at(-1) : undefined),
    height,
    cover: (fit === 'cover' || fit === 'crop') && width !== undefined && height !== undefined,
    quality: snap(given.get('quality'), qualities) ?? defaultQuality,
    blur,
    still,
  }
}

/** The image as it is, at its own size, for where its own bytes must not be served. */
export const wholeImage: RenderedTransform = {
  width: undefined,
  height: undefined,
  cover: false,
  quality: 95,
  blur: 0,
  still: false,
}

/** One spelling for each transform, to keep results under. */
export const transformKey = ({ width, height, cover, quality, blur, still }: RenderedTransform): string =>
  [width ?? '', height ?? '', cover ? 'cover' : 'inside', quality, blur, still ? 'still' : ''].join('-')

/** The sizes that the site itself gives out. */
const widths = [96, 320, 450, 512, 800, 1200, 1600, 2200]
const heights = [96, 320, 450, 512, 800, 1000]
const qualities = [50, 75, 85, 95]
const defaultQuality = 85
const blurs = [8, 32, 100, 250]

function splitOnce(part: string): [string, string] {
  const at = part.indexOf('=')
  return at < 0 ? [part, ''] : [part.slice(0, at).trim(), part.slice(at + 1).trim()]
}

function snap(text: string | undefined, steps: number[]): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text) || Number(text) === 0) return undefined
  const value = Number(text)
  return steps.find((step) => step >= value) ?? steps.at(-1)
}
