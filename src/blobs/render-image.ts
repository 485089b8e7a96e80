import sharp from 'sharp'
import type { RenderedTransform } from './image-transforms.ts'

/** Changes when the same transform may give other bytes. */
export const rendererVersion = `1-${sharp.versions.vips}`

/**
 * What rendered images of a source type are. Only formats that every browser shows: animations become WebP, and so
 * does AVIF; a PNG without transparency becomes JPEG, which is a tenth of it.
 */
export type RenderedFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif'

/** Bounds what libvips does for this process: which formats it reads, how many threads it takes, what it remembers. */
export function configureRenderer(): void {
  sharp.block({ operation: ['VipsForeignLoad'] })
  // Not SVG, which is a program more than a picture, nor the dozen formats that no preview has.
  const readable = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif']
  sharp.unblock({ operation: readable.map((name) => `VipsForeignLoad${name}`) })
  sharp.concurrency(1)
  // Its cache goes by file name and would show what a file was before.
  sharp.cache(false)
}

/** What an image of type `mime` can be rendered to; `renderedFormat` tells which it is. */
export const possibleFormats = (mime: string): RenderedFormat[] =>
  mime === 'image/jpeg' ? ['jpeg'] : mime === 'image/png' ? ['jpeg', 'png'] : ['webp']

/** What an original is when it is served without its metadata: what it was. */
export const ownFormat = (mime: string): RenderedFormat => ownFormats[mime] ?? 'webp'

const ownFormats: Record<string, RenderedFormat> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/avif': 'avif',
}

/** Reads no more than the header of a file whose type leaves a choice. */
export async function renderedFormat(source: string, mime: string): Promise<RenderedFormat> {
  const [only = 'webp', second] = possibleFormats(mime)
  if (!second) return only
  const { hasAlpha } = await sharp(source, inputLimits).metadata()
  return hasAlpha ? 'png' : 'jpeg'
}

/**
 * Renders `source` into the file `target`: never larger than it is, upright, without its metadata. The work is done on
 * libvips' own threads.
 * @throws when the source cannot be decoded, has too many pixels, or takes too long
 */
export async function renderImage(
  source: string,
  target: string,
  transform: RenderedTransform & { format: RenderedFormat },
): Promise<void> {
  const { width, height, cover, blur, quality, format, still } = transform
  const image = sharp(source, {
    ...inputLimits,
    animated: (format === 'webp' || format === 'gif') && !still,
    autoOrient: true,
  })
    .resize({
      ...(width !== undefined && { width }),
      ...(height !== undefined && { height }),
      fit: cover ? 'cover' : 'inside',
      withoutEnlargement: true,
    })
    .timeout({ seconds: 30 })
  if (blur > 0) image.blur(blur / 2)
  if (format === 'png' || format === 'gif') image.toFormat(format)
  else image.toFormat(format, { quality })
  await image.toFile(target)
}

/** 100 megapixels, all frames of an animation together. What is cut off is shown as far as it goes. */
const inputLimits = { limitInputPixels: 100_000_000, sequentialRead: true, failOn: 'none' } as const
