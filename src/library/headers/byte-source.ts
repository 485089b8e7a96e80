import { UnreadableHeader } from './unreadable-header.ts'

/** Where the bytes of a file come from: an open `FileHandle`, or anything that reads like one. */
export type ByteSource = {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>
}

/** Reads exactly `length` bytes at `position`; a file that ends before is an `UnreadableHeader`. */
export async function readExactly(source: ByteSource, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await source.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) {
      throw new UnreadableHeader('truncated', `The file ends at byte ${position + filled}, inside its header`)
    }
    filled += bytesRead
  }
  return buffer
}
