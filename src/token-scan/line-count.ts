import { countByte } from './count-byte.ts'

/** Encoding of line feeds: two bytes in UTF-16, which a byte order mark announces, otherwise one byte. */
export type Encoding = 'bytes' | 'utf16le' | 'utf16be'

export function encodingOf(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf16le'
  return head[0] === 0xfe && head[1] === 0xff ? 'utf16be' : 'bytes'
}

/** A position up to which lines are counted: `offset` is in line `line`, which starts at `lineStart`. Offsets in bytes. */
export interface LineCount {
  offset: number
  /** The first line is 1. */
  line: number
  lineStart: number
}

/** Returns the position before the first byte. A byte order mark has no column. */
export const firstLine = (encoding: Encoding): LineCount => ({
  offset: 0,
  line: 1,
  lineStart: isUtf16(encoding) ? 2 : 0,
})

/** Advances a position over the `bytes` that follow it. In UTF-16 they must start and end between two characters. */
export function countLines(count: LineCount, bytes: Buffer, encoding: Encoding): LineCount {
  const offset = count.offset + bytes.length
  if (isUtf16(encoding)) return { ...countWideLines(count, bytes, encoding), offset }
  const last = bytes.lastIndexOf(lineFeed)
  if (last < 0) return { ...count, offset }
  return { offset, line: count.line + countByte(bytes, lineFeed), lineStart: count.offset + last + 1 }
}

/** Returns the column of a byte in the counted line, from 1: in bytes, or in characters for UTF-16. */
export const columnOf = ({ lineStart }: LineCount, offset: number, encoding: Encoding): number =>
  Math.floor((offset - lineStart) / (isUtf16(encoding) ? 2 : 1)) + 1

export const isUtf16 = (encoding: Encoding): boolean => encoding !== 'bytes'

const lineFeed = 0x0a

/** Counts lines in UTF-16, where the byte of a line feed is also half of many other characters. */
function countWideLines(count: LineCount, bytes: Buffer, encoding: Encoding): LineCount {
  let { line, lineStart } = count
  // Whether the low byte of a character is at even or odd offsets.
  const parity = encoding === 'utf16le' ? 0 : 1
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if ((count.offset + at) % 2 !== parity || bytes[parity === 0 ? at + 1 : at - 1] !== 0) continue
    line++
    lineStart = count.offset + at + (parity === 0 ? 2 : 1)
  }
  return { ...count, line, lineStart }
}
