/** Maximum decompressed size of an archive with everything in it: `bytes` plus `ratio` times its own size. */
export interface DecompressionLimits {
  bytes: number
  ratio: number
}

/** Real archives of logs reach a ratio of 20; compressed zeros reach 1000. */
export const decompressionLimits: DecompressionLimits = { bytes: 1e9, ratio: 100 }

/** An archive, with nested ones, decompresses to more than the limits allow: probably a decompression bomb. */
export class DecompressionLimitError extends Error {
  override name = 'DecompressionLimitError'
}

/** Counts the decompressed bytes of an outermost file and everything in it. */
export interface DecompressionLimit {
  /** Adds to the size of the outermost file, as far as it is known or has been read. */
  addInput(bytes: number): void
  /** Adds decompressed bytes. @throws DecompressionLimitError */
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
        throw new DecompressionLimitError('it decompresses to more than the limit; the rest was not searched')
    },
  }
}

/** Counts chunks as decompressed and passes them on. The chunk that exceeds the limit is passed on before the error. */
export async function* limitOutput(chunks: AsyncIterable<Buffer>, limit: DecompressionLimit): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    yield chunk
    limit.addOutput(chunk.length)
  }
}
