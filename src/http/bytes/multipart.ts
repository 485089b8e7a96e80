import { randomBytes } from 'node:crypto'
import { type ByteRange, contentRange } from './range.ts'

/** What a body is made of, in order: text of our own, or bytes of the file. */
export type Piece = Buffer | ByteRange

/** An answer of several ranges (RFC 9110 §14.6): its type, its pieces, and its exact length. */
export interface Multipart {
  mediaType: string
  pieces: Piece[]
  lengthBytes: number
}

export function multipartByteRanges(ranges: ByteRange[], file: { mediaType: string; sizeBytes: number }): Multipart {
  const boundary = randomBytes(18).toString('hex')
  const pieces: Piece[] = ranges.flatMap((range, index) => [
    Buffer.from(
      `${index === 0 ? '' : '\r\n'}--${boundary}\r\n` +
        `Content-Type: ${file.mediaType}\r\nContent-Range: ${contentRange(range, file.sizeBytes)}\r\n\r\n`,
    ),
    range,
  ])
  pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`))
  return { mediaType: `multipart/byteranges; boundary=${boundary}`, pieces, lengthBytes: totalLength(pieces) }
}

/** How many bytes the pieces are together. */
export const totalLength = (pieces: Piece[]): number =>
  pieces.reduce((sum, piece) => sum + ('first' in piece ? piece.last - piece.first + 1 : piece.length), 0)
