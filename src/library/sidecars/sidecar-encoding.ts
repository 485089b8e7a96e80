import { isUtf8 } from 'node:buffer'

/** The bytes of a sidecar are not valid text, or their encoding is unknown. The message continues the file's name. */
export class UnreadableSidecar extends Error {
  override name = 'UnreadableSidecar'
}

/**
 * Decodes the bytes of a sidecar. A byte order mark determines the encoding: UTF-8, UTF-16 or UTF-32, in either byte order
 * (Unicode Standard §23.8). Without one the bytes are UTF-8. Invalid bytes are never replaced.
 * @throws UnreadableSidecar when the bytes are not valid in that encoding, or could be in several
 */
export function decodeSidecar(bytes: Buffer): string {
  const marked = marks.find(({ mark }) => bytes.subarray(0, mark.length).equals(Buffer.from(mark)))
  if (marked !== undefined) return marked.decode(bytes.subarray(marked.mark.length))
  if (bytes.includes(0))
    throw new UnreadableSidecar('has NUL bytes and no byte order mark, so its encoding is uncertain: save it as UTF-8')
  return decodeUtf8(bytes)
}

/** UTF-32 comes first: its little-endian mark starts with the one of UTF-16. */
const marks: { mark: readonly number[]; decode: (bytes: Buffer) => string }[] = [
  { mark: [0xff, 0xfe, 0, 0], decode: (bytes) => decodeUtf32(bytes, 'LE') },
  { mark: [0, 0, 0xfe, 0xff], decode: (bytes) => decodeUtf32(bytes, 'BE') },
  { mark: [0xef, 0xbb, 0xbf], decode: decodeUtf8 },
  { mark: [0xff, 0xfe], decode: (bytes) => decodeUtf16(bytes, 'utf-16le') },
  { mark: [0xfe, 0xff], decode: (bytes) => decodeUtf16(bytes, 'utf-16be') },
]

function decodeUtf8(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const at = firstInvalidUtf8(bytes)
  const byte = bytes[at]?.toString(16).toUpperCase().padStart(2, '0')
  throw new UnreadableSidecar(
    `is not UTF-8 (byte 0x${byte} at offset ${at}) and has no byte order mark of another encoding: save it as UTF-8`,
  )
}

function decodeUtf16(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): string {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new UnreadableSidecar('has the byte order mark of UTF-16 and is not valid UTF-16', { cause })
  }
}

function decodeUtf32(bytes: Buffer, order: 'LE' | 'BE'): string {
  const invalid = () => new UnreadableSidecar('has the byte order mark of UTF-32 and is not valid UTF-32')
  if (bytes.length % 4 !== 0) throw invalid()
  const utf16 = Buffer.alloc(bytes.length)
  let written = 0
  for (let at = 0; at < bytes.length; at += 4) {
    const point = order === 'LE' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw invalid()
    written += utf16.write(String.fromCodePoint(point), written, 'utf16le')
  }
  return utf16.toString('utf16le', 0, written)
}

/** Returns the offset of the first byte that is not valid UTF-8. */
function firstInvalidUtf8(bytes: Buffer): number {
  const replacement = Buffer.from('\uFFFD')
  const decoded = bytes.toString('utf8')
  let offset = 0
  let from = 0
  for (let at = decoded.indexOf('\uFFFD'); at >= 0; at = decoded.indexOf('\uFFFD', from)) {
    offset += Buffer.byteLength(decoded.slice(from, at))
    if (!bytes.subarray(offset, offset + replacement.length).equals(replacement)) break
    offset += replacement.length
    from = at + 1
  }
  return offset
}
