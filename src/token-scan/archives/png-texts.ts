import { inflateSync } from 'node:zlib'
import type { Chunks } from './chunks.ts'

/** The compressed texts of a PNG. Uncompressed texts are found by searching the file itself. */
export interface PngTexts {
  /** Passes the content on and collects its texts. */
  collect(chunks: Chunks): Chunks
  /** Yields each text that can be decompressed, with the type of its chunk. Call it when `collect` has ended. */
  inflated(): Generator<{ kind: string; text: Buffer }>
}

const maxPackedBytes = 1 << 20
const maxTextBytes = 1 << 24
const signatureBytes = 8
const typeAndLengthBytes = 8
const checksumBytes = 4

/** Parses the chunks of a PNG (third edition, §5.3) incrementally. */
export function openPngTexts(): PngTexts {
  const texts: { kind: string; data: Buffer }[] = []
  let gatheredBytes = 0
  let skip = signatureBytes
  let header = Buffer.alloc(0)
  let body: { kind: string; pieces: Buffer[]; left: number } | undefined

  function read(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      if (skip > 0) {
        const count = Math.min(skip, chunk.length - at)
        skip -= count
        at += count
      } else if (body) {
        const piece = chunk.subarray(at, at + body.left)
        body.pieces.push(Buffer.from(piece))
        body.left -= piece.length
        at += piece.length
        if (body.left === 0) end(body)
      } else {
        const piece = chunk.subarray(at, at + typeAndLengthBytes - header.length)
        header = Buffer.concat([header, piece])
        at += piece.length
        if (header.length === typeAndLengthBytes) begin(header.readUInt32BE(0), header.toString('latin1', 4))
      }
    }
  }

  function begin(length: number, kind: string): void {
    header = Buffer.alloc(0)
    const isWanted = (kind === 'zTXt' || kind === 'iTXt') && length > 0 && gatheredBytes + length <= maxPackedBytes
    if (!isWanted) skip = length + checksumBytes
    else body = { kind, pieces: [], left: length }
    if (isWanted) gatheredBytes += length
  }

  function end({ kind, pieces }: { kind: string; pieces: Buffer[] }): void {
    texts.push({ kind, data: Buffer.concat(pieces) })
    body = undefined
    skip = checksumBytes
  }

  return {
    async *collect(chunks) {
      for await (const chunk of chunks) {
        read(chunk)
        yield chunk
      }
    },
    *inflated() {
      for (const { kind, data } of texts) {
        const packed = compressedPart(kind, data)
        try {
          if (packed) yield { kind, text: inflateSync(packed, { maxOutputLength: maxTextBytes }) }
        } catch {
          // A text that cannot be decompressed cannot be read by other programs either.
        }
      }
    },
  }
}

/** Returns the compressed text of a zTXt (§11.3.3.3) or iTXt (§11.3.3.4) chunk; undefined if it has none. */
function compressedPart(kind: string, data: Buffer): Buffer | undefined {
  const keyword = data.indexOf(0)
  if (keyword < 0) return undefined
  if (kind === 'zTXt') return data.subarray(keyword + 2)
  const isPacked = data[keyword + 1] === 1
  const language = data.indexOf(0, keyword + 3)
  const translated = language < 0 ? -1 : data.indexOf(0, language + 1)
  return isPacked && translated >= 0 ? data.subarray(translated + 1) : undefined
}
