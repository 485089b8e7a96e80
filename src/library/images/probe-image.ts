import type { FileHandle } from 'node:fs/promises'
import { open, stat } from 'node:fs/promises'
import { encode } from 'blurhash'
import sharp from 'sharp'
import { redactTokens } from '../../auth/tokens/token-format.ts'
import { findTokenTexts } from '../../token-scan/find-tokens.ts'
import { type ImageTexts, imageTextsOf } from '../generation/image-texts.ts'
import { parseGenerationParameters } from '../generation/parse-generation.ts'
import { stealthTextsOf } from '../generation/stealth-text.ts'
import { UnreadableHeader } from '../headers/unreadable-header.ts'
import { describe } from '../watch/walk.ts'
import { type ImageFormat, imageFormatOf } from './image-format.ts'
import { tokensInImage } from './image-tokens.ts'
import { readMp4Size, type VideoSize } from './mp4-size.ts'
import { UnreadableImage } from './unreadable-image.ts'
import { readWebmSize } from './webm-size.ts'

/** What a preview is, and what it says about how it was made. */
export interface ProbedImage {
  type: 'image' | 'video'
  mime: string
  /** As shown, in pixels: turned as its orientation says. */
  width: number
  height: number
  blurHash: string
  sizeBytes: number
  meta: Record<string, unknown> | undefined
  /** Hashes of models that the generation parameters name, upper case. */
  modelHashes: string[]
  /** Bearer tokens that stand in its bytes; `meta` is without them. */
  tokens: string[]
  /** What was left out of `meta`, each as the rest of a sentence about the file. */
  problems: string[]
}

/**
 * Looks at an image or a video. Its bytes tell what it is, whatever its name says. An image that is cut off counts as
 * far as it goes, as it does where it is shown.
 * @throws UnreadableImage when it cannot be read, is none, is damaged, or is too large
 */
export async function probeImage(path: string): Promise<ProbedImage> {
  await using file = await openRegularFile(path)
  const { size: sizeBytes } = await onDisk(file.stat())
  if (sizeBytes === 0) throw new UnreadableImage('it is empty')
  const format = imageFormatOf(await onDisk(readUpTo(file, 32)))
  if (format === undefined) throw new UnreadableImage('its bytes are of no format that is known')
  if (format.type === 'video') {
    const size = await readVideoSize(file, format, sizeBytes)
    const tokens = await tokensAtEnds(file, sizeBytes)
    return {
      ...format,
      ...size,
      blurHash: greyBlurHash,
      sizeBytes,
      meta: undefined,
      modelHashes: [],
      tokens,
      problems: [],
    }
  }
  if (sizeBytes > maxImageBytes) throw new UnreadableImage(`it is larger than ${maxImageBytes / mebibyte} MiB`)
  // One read for all that follows, so that a file that is replaced meanwhile is seen as one or the other.
  const bytes = await onDisk(file.readFile())
  const size = await readShownSize(bytes, format)
  const blurHash = await blurHashOf(bytes, format, size)
  const texts = await imageTextsOf(bytes)
  const written = parseGenerationParameters(withoutTokens(texts))
  // Pixels are decoded once more only for images that say nothing in plain text.
  const hidden = written === undefined && canHideText(format.mime) ? await stealthTextsOf(bytes) : undefined
  const parameters = written ?? (hidden && parseGenerationParameters(hidden))
  return {
    ...format,
    ...size,
    blurHash,
    sizeBytes: bytes.length,
    meta: parameters?.meta,
    modelHashes: parameters?.hashes ?? [],
    tokens: await tokensInImage(bytes, format.mime, texts),
    problems: texts.problems,
  }
}

/** Mid grey: a frame of a video cannot be decoded without a codec, and mid grey is near to any of them. */
export const greyBlurHash = '00Eyb['

const mebibyte = 1024 * 1024
const maxImageBytes = 256 * mebibyte
/** What the hub renders at most (`blobs/render-image.ts`). */
const maxPixels = 100_000_000
const decoding = { limitInputPixels: maxPixels, failOn: 'none' } as const

/** Opening a pipe would wait for somebody to write into it. */
async function openRegularFile(path: string): Promise<FileHandle> {
  if (!(await onDisk(stat(path))).isFile()) throw new UnreadableImage('it is no file')
  return onDisk(open(path))
}

async function onDisk<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    throw new UnreadableImage(describe(error), { cause: error })
  }
}

async function readUpTo(file: FileHandle, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
  return buffer.subarray(0, bytesRead)
}

/** Metadata of a video stands before or behind its pictures, which are too many to be searched. */
async function tokensAtEnds(file: FileHandle, sizeBytes: number): Promise<string[]> {
  const length = Math.min(sizeBytes, mebibyte)
  const ends = [...new Set([0, sizeBytes - length])].map(async (start) => {
    const { buffer, bytesRead } = await onDisk(file.read(Buffer.alloc(length), 0, length, start))
    return findTokenTexts(buffer.subarray(0, bytesRead))
  })
  return [...new Set((await Promise.all(ends)).flat())]
}

/** Whether a format keeps the exact alpha values of its pixels. */
const canHideText = (mime: string): boolean => mime === 'image/png' || mime === 'image/webp'

/** Before they are taken apart, while every token in them is whole. */
const withoutTokens = ({ byKeyword, comments, problems }: ImageTexts): ImageTexts => ({
  byKeyword: Object.fromEntries(Object.entries(byKeyword).map(([keyword, text]) => [keyword, redactTokens(text)])),
  comments: comments.map(redactTokens),
  problems,
})

async function readVideoSize(file: FileHandle, { mime }: ImageFormat, sizeBytes: number): Promise<VideoSize> {
  try {
    const size = await (mime === 'video/webm' ? readWebmSize(file, sizeBytes) : readMp4Size(file, sizeBytes))
    if (size !== undefined) return size
  } catch (error) {
    throw new UnreadableImage(error instanceof UnreadableHeader ? 'it is cut off' : describe(error), { cause: error })
  }
  throw new UnreadableImage('it has no picture, or is cut off before it says how large that is')
}

/** Reads the header alone; no pixel is decoded before their number is known. */
async function readShownSize(bytes: Buffer, { mime }: ImageFormat): Promise<VideoSize> {
  const image = sharp(bytes, { ...decoding, limitInputPixels: false })
  const { autoOrient } = await decoded(image.metadata(), mime)
  const megapixels = Math.ceil((autoOrient.width * autoOrient.height) / 1e6)
  if (megapixels * 1e6 > maxPixels) {
    throw new UnreadableImage(`it has ${megapixels} megapixels, more than the ${maxPixels / 1e6} that are shown`)
  }
  return { width: autoOrient.width, height: autoOrient.height }
}

/** Four components along the longer side, three along the other. What is transparent counts as grey. */
async function blurHashOf(bytes: Buffer, { mime }: ImageFormat, { width, height }: VideoSize): Promise<string> {
  const side = 32 // of more pixels comes the same hash, at four times the cost
  const image = sharp(bytes, decoding)
    .timeout({ seconds: 30 })
    .autoOrient()
    .resize({ width: side, height: side, fit: 'fill' })
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
  const pixels = await decoded(image.toBuffer(), mime)
  const [across, down] = height > width ? [3, 4] : [4, 3]
  return encode(new Uint8ClampedArray(pixels), side, side, across, down)
}

async function decoded<T>(work: Promise<T>, mime: string): Promise<T> {
  try {
    return await work
  } catch (cause) {
    const late = cause instanceof Error && cause.message.startsWith('timeout')
    throw new UnreadableImage(late ? 'it takes too long to decode' : `its ${mime} data cannot be decoded`, { cause })
  }
}
