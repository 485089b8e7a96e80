import sharp from 'sharp'
import { imageFormatOf } from '../images/image-format.ts'
import { decodeText } from './decode-text.ts'
import { exifTexts } from './exif-texts.ts'
import { jpegSegments, pngChunks, webpChunks } from './image-chunks.ts'
import { readPngText } from './png-text.ts'

/** The texts inside an image that may hold how it was made. */
export type ImageTexts = {
  /** PNG text chunks, and EXIF texts that name their keyword (`prompt:{…}`), by keyword. */
  byKeyword: Record<string, string>
  /** Comments without a keyword, decoded: EXIF UserComment first, then descriptions and the comment of a JPEG. */
  comments: string[]
  /** What was left out, as the rest of a sentence about the file. */
  problems: string[]
}

/** Maximum length of all texts of an image together, in bytes after decompression. */
export const maxTextBytes = 16 * 1024 * 1024
/**
 * Texts that are too long or damaged are decompressed in vain. After so many bytes of them the rest is not read: otherwise an
 * image could repeat such a text any number of times.
 */
const maxWastedBytes = 4 * maxTextBytes

/**
 * Reads the texts in the bytes of a PNG, JPEG, WebP, AVIF or HEIC. Other and broken images have as many as can be found
 * before they break.
 */
export async function imageTextsOf(bytes: Buffer): Promise<ImageTexts> {
  const texts: ImageTexts = { byKeyword: {}, comments: [], problems: [] }
  let leftBytes = maxTextBytes
  /** Whether there is room for so many bytes of text; told once when there is not. */
  const takes = (length: number): boolean => {
    if (length <= leftBytes) {
      leftBytes -= length
      return true
    }
    if (texts.problems.length === 0)
      texts.problems.push(`holds more than ${maxTextBytes / 1024 / 1024} MiB of text; what is beyond is not read`)
    return false
  }
  let leftWork = maxWastedBytes
  const addExif = (exif: Uint8Array) => {
    const { byKeyword, comments } = exifTexts(Buffer.from(exif), takes)
    for (const [keyword, text] of byKeyword) addKeyword(texts, keyword, text)
    texts.comments.push(...comments)
  }
  switch (imageFormatOf(bytes.subarray(0, 32))?.mime) {
    case 'image/png':
      for (const { kind, data } of pngChunks(bytes)) {
        if (kind === 'eXIf') addExif(data)
        else if (leftWork <= 0) takes(Number.POSITIVE_INFINITY)
        else {
          const spend = (length: number) => {
            leftWork -= length
          }
          const read = readPngText({ kind, data, maxBytes: leftBytes, spend })
          if (read === 'too-long') takes(Number.POSITIVE_INFINITY)
          else if (read !== undefined && takes(read.bytes)) addKeyword(texts, read.keyword, read.text)
        }
      }
      break
    case 'image/jpeg':
      for (const { kind, data } of jpegSegments(bytes)) {
        if (kind === 'exif') addExif(data)
        else if (takes(data.length)) texts.comments.push(decodeText(data))
      }
      break
    case 'image/webp':
      for (const { kind, data } of webpChunks(bytes)) if (kind === 'EXIF') addExif(data)
      break
    case 'image/avif':
    case 'image/heic': {
      const metadata = await sharp(bytes)
        .metadata()
        .catch(() => undefined)
      if (metadata?.exif) addExif(metadata.exif)
      break
    }
    default:
  }
  return texts
}

/** The first text of a keyword counts. */
function addKeyword({ byKeyword }: ImageTexts, keyword: string, text: string): void {
  if (keyword !== '__proto__' && !Object.hasOwn(byKeyword, keyword)) byKeyword[keyword] = text
}
