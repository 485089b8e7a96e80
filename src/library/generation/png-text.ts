import { inflateSync } from 'node:zlib'
import { decodeText } from './decode-text.ts'
import type { Chunk } from './image-chunks.ts'

/**
 * Reads a text chunk of a PNG (third edition, §11.3.3): tEXt, zTXt or iTXt. The standard has Latin-1 in the first two, and
 * programs write UTF-8. `undefined` for another chunk or a damaged one; `too-long` when the text has more than `maxBytes`.
 * `spend` is called with the bytes that decompressing may have produced when no text came of it.
 */
export function readPngText({
  kind,
  data,
  maxBytes,
  spend,
}: Chunk & { maxBytes: number; spend: (bytes: number) => void }):
  | { keyword: string; text: string; bytes: number }
  | 'too-long'
  | undefined {
  const end = data.indexOf(0)
  if (end < 1 || end > maxKeywordBytes) return undefined
  const body = bodyOf(kind, data, end)
  if (body === undefined) return undefined
  const unpacked = body.isPacked ? inflated(body.bytes, maxBytes) : body.bytes
  if (body.isPacked && !Buffer.isBuffer(unpacked)) spend(Math.min(maxBytes, body.bytes.length * maxExpansion))
  if (unpacked === undefined) return undefined
  if (unpacked === 'too-long' || unpacked.length > maxBytes) return 'too-long'
  return { keyword: data.toString('latin1', 0, end), text: decodeText(unpacked), bytes: unpacked.length }
}

const maxKeywordBytes = 79
/** The most bytes that one byte of a deflate stream can produce (zlib, technical details). */
const maxExpansion = 1032

function bodyOf(kind: string, data: Buffer, end: number): { bytes: Buffer; isPacked: boolean } | undefined {
  if (kind === 'tEXt') return { bytes: data.subarray(end + 1), isPacked: false }
  if (kind === 'zTXt') return { bytes: data.subarray(end + 2), isPacked: true }
  if (kind !== 'iTXt') return undefined
  const language = data.indexOf(0, end + 3)
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1)
  return translated < 0 ? undefined : { bytes: data.subarray(translated + 1), isPacked: data[end + 1] === 1 }
}

function inflated(bytes: Buffer, maxBytes: number): Buffer | 'too-long' | undefined {
  try {
    return inflateSync(bytes, { maxOutputLength: Math.max(1, maxBytes) })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-long' : undefined
  }
}
