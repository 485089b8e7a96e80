/**
 * The same bytes in memory of their own, for what is kept long. A short buffer of Node is a part of a larger piece (`Buffer.poolSize`,
 * 64 KB), which stays whole as long as any part of it is held.
 */
export const unpoolBuffer = (bytes: Buffer): Buffer =>
  bytes.length === bytes.buffer.byteLength ? bytes : Buffer.from(new Uint8Array(bytes).buffer)
