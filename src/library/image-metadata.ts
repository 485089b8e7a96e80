import { open } from 'node:fs/promises'
import ExifReader from 'exifreader'
import type { ImageTexts } from './generation-parameters.ts'
import { decodeUserComment } from './user-comment.ts'

/**
 * Reads the texts that a PNG, JPEG or WebP carries. A file over 64 MiB, or one that is no such image, has none: previews
 * come from anywhere, and a broken one is no reason to stop.
 */
export async function readImageMetadata(path: string): Promise<ImageTexts> {
  await using file = await open(path)
  const { size } = await file.stat()
  return size > mostBytes ? { pngText: {} } : imageTextsOf(await file.readFile())
}

/** The texts in the bytes of an image. */
export async function imageTextsOf(bytes: Uint8Array): Promise<ImageTexts> {
  try {
    const tags = await ExifReader.load(Buffer.from(bytes), { async: true, expanded: true })
    const comment = bytesOf(tags.exif?.UserComment)
    return {
      pngText: Object.fromEntries(
        Object.entries(tags.pngText ?? {}).flatMap(([keyword, { value, description }]) =>
          textOf(keyword, value, description),
        ),
      ),
      ...(comment === undefined ? {} : { userComment: decodeUserComment(comment) }),
    }
  } catch {
    return { pngText: {} } // the library throws plain errors for whatever is no image
  }
}

const mostBytes = 64 * 1024 * 1024

/** A keyword may carry a language behind it (`parameters (en)`), which does not matter here. */
function textOf(keyword: string, value: unknown, description: string): [string, string][] {
  const text = typeof value === 'string' ? value : description
  return [[keyword.replace(/ \([\w-]*\)$/, ''), text]]
}

function bytesOf(tag: unknown): Uint8Array | undefined {
  const value = typeof tag === 'object' && tag !== null && 'value' in tag ? tag.value : undefined
  return Array.isArray(value) && value.every((byte) => typeof byte === 'number') ? Uint8Array.from(value) : undefined
}
