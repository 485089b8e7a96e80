/** How much an archive may unpack to, everything in it together: `bytes`, and `ratio` for each of its own bytes. */
export interface DecompressionLimits {
  bytes: number
  ratio: number
}

/** Real archives of logs reach 20; whatever zeros are packed as reaches 1000. */
export const decompressionLimits: DecompressionLimits = { bytes: 1e9, ratio: 100 }

/** An archive of any depth unpacks to more than the limits allow: it is made to, or holds nothing worth the time. */
export class DecompressionLimitError extends Error {
  override name = 'DecompressionLimitError'
}

/** Counts what an outermost file and all that is packed in it unpack to. */
export interface DecompressionLimit {
  /** So many bytes of the outermost file are there, or have been read. */
  addInput(bytes: number): void
  /** @throws DecompressionLimitError */
  addOutput(bytes: number): void
}

export function openDecompressionLimit(limits: DecompressionLimits): DecompressionLimit {
  let read = 0
  let unpacked = 0
  return {
    addInput(bytes) {
      read += bytes
    },
    addOutput(bytes) {
      unpacked += bytes
      if (unpacked > limits.bytes + limits.ratio * read)
        throw new DecompressionLimitError('it unpacks to too much; the rest of it was not looked at')
    },
  }
}

/** Passes chunks on, and counts them as unpacked; the one that is too much is there already, and passed on too. */
export async function* limitOutput(chunks: AsyncIterable<Buffer>, limit: DecompressionLimit): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk
    limit.addOutput(chunk.length)
  }
}
