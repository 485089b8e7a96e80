/** Content in chunks. */
export type Chunks = AsyncIterable<Buffer>

/** Returns the first `bytes` bytes of a content, or all if it is shorter, and the whole content for further reading. */
export async function peek(chunks: Chunks, bytes: number): Promise<{ head: Buffer; whole: Chunks }> {
  const rest = chunks[Symbol.asyncIterator]()
  let head: Buffer = Buffer.alloc(0)
  while (head.length < bytes) {
    const { value, done } = await rest.next()
    if (done) break
    head = head.length === 0 ? value : Buffer.concat([head, value])
  }
  return { head, whole: concatenate([head], rest) }
}

/** Returns the content in one buffer, or no buffer if it is longer than `maxBytes`; in both cases with the whole content. */
export async function bufferUpTo(chunks: Chunks, maxBytes: number): Promise<{ buffer?: Buffer; whole: Chunks }> {
  const rest = chunks[Symbol.asyncIterator]()
  const pieces: Buffer[] = []
  let length = 0
  while (length <= maxBytes) {
    const { value, done } = await rest.next()
    if (done) {
      const buffer = Buffer.concat(pieces)
      return { buffer, whole: concatenate([buffer], rest) }
    }
    pieces.push(value)
    length += value.length
  }
  return { whole: concatenate(pieces, rest) }
}

async function* concatenate(pieces: Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* pieces
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
