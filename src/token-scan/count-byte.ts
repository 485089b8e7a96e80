/**
 * Counts a byte in a buffer. Four bytes are compared at a time, in the lanes of a 32-bit word: four times as fast as
 * repeated `indexOf` for a byte as frequent as line feeds.
 */
export function countByte(bytes: Uint8Array, byte: number): number {
  const toWords = Math.min(bytes.length, -bytes.byteOffset & 3)
  const wordCount = (bytes.length - toWords) >> 2
  if (wordCount === 0) return countOneByOne(bytes, byte, 0, bytes.length)
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + toWords, wordCount)
  return (
    countOneByOne(bytes, byte, 0, toWords) +
    countInWords(words, byte * 0x01010101) +
    countOneByOne(bytes, byte, toWords + wordCount * 4, bytes.length)
  )
}

/** Maximum count of an 8-bit lane. */
const maxLaneCount = 255

function countInWords(words: Uint32Array, pattern: number): number {
  let total = 0
  for (let at = 0; at < words.length; ) {
    const blockEnd = Math.min(words.length, at + maxLaneCount)
    let lanes = 0
    for (; at < blockEnd; at++) {
      const difference = (words[at] ?? 0) ^ pattern
      // The highest bit of each lane stays clear where the lane is zero (Hacker's Delight, §6-1).
      const nonZero = ((difference & 0x7f7f7f7f) + 0x7f7f7f7f) | difference
      lanes = (lanes + ((~nonZero >>> 7) & 0x01010101)) | 0
    }
    total += (lanes & 0xff) + ((lanes >>> 8) & 0xff) + ((lanes >>> 16) & 0xff) + (lanes >>> 24)
  }
  return total
}

function countOneByOne(bytes: Uint8Array, byte: number, from: number, to: number): number {
  let total = 0
  for (let at = from; at < to; at++) if (bytes[at] === byte) total++
  return total
}
