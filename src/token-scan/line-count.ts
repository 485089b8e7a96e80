import { countByte } from './count-byte.ts'

/** How the bytes of a content are lines: those of UTF-16 are told by a byte order mark, all others end with a byte of their own. */
export type Encoding = 'bytes' | 'utf16le' | 'utf16be'

export function encodingOf(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf16le'
  return head[0] === 0xfe && head[1] === 0xff ? 'utf16be' : 'bytes'
}

/** How far lines were counted: up to `offset`, which lies in line `line`, which begins at `lineStart`. Offsets in bytes. */
export interface LineCount {
  offset: number
  /** 1 is the first. */
  line: number
  lineStart: number
}

/** Before the first byte; a byte order mark is in no column. */
export const firstLine = (encoding: Encoding): LineCount => ({
  offset: 0,
  line: 1,
  lineStart: isUtf16(encoding) ? 2 : 0,
})

/** Goes on over `bytes`, which follow. In UTF-16 they begin and end between two characters. */
export function countLines(count: LineCount, bytes: Buffer, encoding: Encoding): LineCount {
  const offset = count.offset + bytes.length
  if (isUtf16(encoding)) return { ...countWideLines(count, bytes, encoding), offset }
  const last = bytes.lastIndexOf(lineFeed)
  if (last < 0) return { ...count, offset }
  return { offset, line: count.line + countByte(bytes, lineFeed), lineStart: count.offset + last + 1 }
}

/** Which column a byte of the counted line is in: bytes from 1 on, or characters in UTF-16. */
export const columnOf = ({ lineStart }: LineCount, offset: number, encoding: Encoding): number =>
  Math.floor((offset - lineStart) / (isUtf16(encoding) ? 2 : 1)) + 1

export const isUtf16 = (encoding: Encoding): boolean => encoding !== 'bytes'

const lineFeed = 0x0a

/** The byte of a line feed is half of many other characters. */
function countWideLines(count: LineCount, bytes: Buffer, encoding: Encoding): LineCount {
  let { line, lineStart } = count
  // The lower byte stands first, or second.
  const parity = encoding === 'utf16le' ? 0 : 1
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if ((count.offset + at) % 2 !== parity || bytes[parity === 0 ? at + 1 : at - 1] !== 0) continue
    line++
    lineStart = count.offset + at + (parity === 0 ? 2 : 1)
  }
  return { ...count, line, lineStart }
}
