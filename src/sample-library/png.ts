import { crc32, deflateSync } from 'node:zlib'
import type { Pixels } from './previews/draw.ts'

/** Returns a PNG with a `tEXt` chunk after its header, where tools write generation parameters. */
export function withText(png: Buffer, keyword: string, text: string): Buffer {
  const headerEnd = signature.length + 25
  const written = chunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'))
  return Buffer.concat([png.subarray(0, headerEnd), written, png.subarray(headerEnd)])
}

/** Returns an uncompressed PNG, so that its bytes do not depend on the version of a compression library. */
export function storedPng({ bytes, width, height }: Pixels): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8) // eight bits, three colors
  const rows = Array.from({ length: height }, (_, row) => bytes.subarray(row * width * 3, (row + 1) * width * 3))
  const filtered = Buffer.concat(rows.flatMap((row) => [Buffer.from([0]), row])) // 0: no filter
  const data = deflateSync(filtered, { level: 0 })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length)
  bytes.writeUInt32BE(data.length)
  bytes.write(type, 4, 'latin1')
  data.copy(bytes, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4)
  return bytes
}
