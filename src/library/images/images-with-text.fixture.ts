import { crc32, deflateSync } from 'node:zlib'

/** A PNG with a chunk of this kind behind its header. */
export function withChunk(png: Buffer, kind: string, data: Buffer): Buffer {
  const headerEnd = 8 + 25
  const chunk = Buffer.alloc(12 + data.length)
  chunk.writeUInt32BE(data.length)
  chunk.write(kind, 4, 'latin1')
  data.copy(chunk, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
  return Buffer.concat([png.subarray(0, headerEnd), chunk, png.subarray(headerEnd)])
}

/** A PNG with a compressed text (PNG third edition, §11.3.3.3). */
export const withPackedText = (png: Buffer, keyword: string, text: string): Buffer =>
  withChunk(png, 'zTXt', Buffer.concat([Buffer.from(`${keyword}\0\0`, 'latin1'), deflateSync(text)]))

/** A PNG with compressed XMP, which stands in an iTXt chunk. */
export const withPackedXmp = (png: Buffer, text: string): Buffer =>
  withChunk(
    png,
    'iTXt',
    Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\x01\0\0\0', 'latin1'), deflateSync(`<x>${text}</x>`)]),
  )

/** A GIF with a comment before its end, in blocks of 255 bytes (GIF89a §24). */
export function withComment(gif: Buffer, text: string): Buffer {
  const bytes = Buffer.from(text)
  const blocks = Array.from({ length: Math.ceil(bytes.length / 255) }, (_, index) => {
    const block = bytes.subarray(index * 255, (index + 1) * 255)
    return Buffer.concat([Buffer.of(block.length), block])
  })
  return Buffer.concat([gif.subarray(0, -1), Buffer.of(0x21, 0xfe), ...blocks, Buffer.of(0), gif.subarray(-1)])
}

/** A JPEG whose EXIF has a user comment in UTF-16 (Exif 2.32 §4.6.5), as the tools of the web UI write it. */
export function withUserComment(jpeg: Buffer, text: string): Buffer {
  const comment = Buffer.concat([Buffer.from('UNICODE\0'), Buffer.from(text, 'utf16le').swap16()])
  const [exifAt, commentAt] = [26, 44]
  const tiff = Buffer.alloc(commentAt)
  tiff.write('MM\0*', 0, 'latin1')
  tiff.writeUInt32BE(8, 4)
  const entry = (at: number, fields: [tag: number, type: number, count: number, value: number]) => {
    tiff.writeUInt16BE(1, at)
    tiff.writeUInt16BE(fields[0], at + 2)
    tiff.writeUInt16BE(fields[1], at + 4)
    tiff.writeUInt32BE(fields[2], at + 6)
    tiff.writeUInt32BE(fields[3], at + 10)
  }
  entry(8, [0x8769, 4, 1, exifAt]) // where the EXIF directory is
  entry(exifAt, [0x9286, 7, comment.length, commentAt])
  const body = Buffer.concat([Buffer.from('Exif\0\0'), tiff, comment])
  const head = Buffer.alloc(4)
  head.writeUInt16BE(0xffe1)
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)])
}

/** A WebM of one picture's size and nothing else, with a title. */
export function videoTitled(title: string): Buffer {
  const element = (id: string, content: Buffer) => {
    const size = Buffer.alloc(4)
    size.writeUInt32BE(0x10000000 + content.length)
    return Buffer.concat([Buffer.from(id, 'hex'), size, content])
  }
  const video = element('e0', Buffer.concat([element('b0', Buffer.of(64)), element('ba', Buffer.of(48))]))
  return Buffer.concat([
    element('1a45dfa3', element('4282', Buffer.from('webm'))),
    element(
      '18538067',
      Buffer.concat([
        element('1654ae6b', element('ae', video)),
        element('1549a966', element('7ba9', Buffer.from(title))),
      ]),
    ),
  ])
}
