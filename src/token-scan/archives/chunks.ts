/** Content in pieces. */
export type Chunks = AsyncIterable<Buffer>

/** The first bytes of a content, `bytes` of them if there are so many, and the content whole. */
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

/** The content in one buffer; or, where it is longer than `mostBytes`, undefined with the content as it was. */
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
