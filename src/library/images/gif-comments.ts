/**
 * The extensions of a GIF in one piece each, comments and XMP among them (GIF89a §15, §24, §26): in the file a length stands before every
 * 255 bytes. What is damaged ends them.
 */
export function gifComments(bytes: Buffer): Buffer {
  const pieces: Buffer[] = []
  let at = screenEnd + colourTableBytes(bytes[screenFlags])
  while (at < bytes.length) {
    const kind = bytes[at]
    if (kind === imageSeparator) {
      // the code size of LZW stands before the data
      at = skipBlocks(bytes, at + imageBytes + colourTableBytes(bytes[at + imageBytes - 1]) + 1)
    } else if (kind === extensionIntroducer) {
      at = skipBlocks(bytes, at + 2, pieces)
      pieces.push(Buffer.of(0))
    } else break
  }
  return Buffer.concat(pieces)
}

const screenFlags = 10
const screenEnd = 13
const imageSeparator = 0x2c
const imageBytes = 10
const extensionIntroducer = 0x21

const colourTableBytes = (flags = 0): number => (flags & 0x80 ? 3 << ((flags & 0x07) + 1) : 0)

/** Gives where the blocks of data that begin at `at` end. */
function skipBlocks(bytes: Buffer, at: number, into?: Buffer[]): number {
  let next = at
  for (let length = bytes[next]; length !== undefined; length = bytes[next]) {
    into?.push(bytes.subarray(next + 1, next + 1 + length))
    next += 1 + length
    if (length === 0) break
  }
  return next
}
