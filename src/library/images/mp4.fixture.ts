/** A video of this size in pixels, as far as its header says: it holds no frames. */
export function mp4({ width, height }: { width: number; height: number }): Buffer {
  const header = Buffer.alloc(84)
  for (const [index, value] of upright.entries()) header.writeInt32BE(value, header.length - 44 + 4 * index)
  header.writeUInt32BE(width * 65536, header.length - 8)
  header.writeUInt32BE(height * 65536, header.length - 4)
  const handler = box('hdlr', Buffer.alloc(8), Buffer.from('vide'), Buffer.alloc(13))
  const track = box('trak', box('tkhd', header), box('mdia', box('mdhd', Buffer.alloc(24)), handler))
  const start = box('ftyp', Buffer.from('isom\0\0\x02\0isomavc1', 'latin1'))
  return Buffer.concat([start, box('moov', box('mvhd', Buffer.alloc(100)), track), box('mdat', Buffer.alloc(64))])
}

/** Rows of the matrix, in 16.16 fixed point but for the last column. */
const upright = [65536, 0, 0, 0, 65536, 0, 0, 0, 0x40000000]

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}
