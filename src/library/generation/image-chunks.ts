/** A piece of an image's file. Those that a file breaks off in are left out. */
export interface Chunk {
  kind: string
  data: Buffer
}

/** The chunks of a PNG (third edition, §5.3) but its pixels. */
export function* pngChunks(bytes: Buffer): Generator<Chunk> {
  let at = 8
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at)
    const kind = bytes.toString('latin1', at + 4, at + 8)
    const end = at + 8 + length
    if (end > bytes.length) return
    if (kind !== 'IDAT') yield { kind, data: bytes.subarray(at + 8, end) }
    if (kind === 'IEND') return
    at = end + 4
  }
}

/** EXIF (`exif`) and comments (`comment`) of a JPEG, from before its pixels (ITU-T T.81 §B.1). */
export function* jpegSegments(bytes: Buffer): Generator<Chunk> {
  let at = 2
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at++ // fill byte
      continue
    }
    if (marker === startOfScan || marker === endOfImage) return
    const end = at + 2 + bytes.readUInt16BE(at + 2)
    if (end > bytes.length || end < at + 4) return
    const data = bytes.subarray(at + 4, end)
    if (marker === app1 && data.toString('latin1', 0, 6) === 'Exif\0\0') yield { kind: 'exif', data }
    else if (marker === comment) yield { kind: 'comment', data }
    at = end
  }
}

const [app1, comment, startOfScan, endOfImage] = [0xe1, 0xfe, 0xda, 0xd9]

/** The chunks of a WebP, animated or not, but its frames (RFC 9649 §2.3). */
export function* webpChunks(bytes: Buffer): Generator<Chunk> {
  let at = 12
  while (at + 8 <= bytes.length) {
    const kind = bytes.toString('latin1', at, at + 4)
    const length = bytes.readUInt32LE(at + 4)
    const end = at + 8 + length
    if (end > bytes.length) return
    if (!/^(VP8|ALPH|ANMF)/.test(kind)) yield { kind, data: bytes.subarray(at + 8, end) }
    at = end + (length % 2)
  }
}
