import { on, once } from 'node:events'
import { Parser, type ReadEntry } from 'tar'
import type { Chunks } from './chunks.ts'

/**
 * Yields the entries of a tar archive in order. The content of an entry must be read before the next entry is requested. If
 * reading fails, the current entry ends with the bytes read so far, and the error is thrown after it.
 */
export async function* tarEntries(
  chunks: Chunks,
  { onDefect }: { onDefect(message: string): void },
): AsyncGenerator<{ name: string; content: Chunks }> {
  const stopping = new AbortController()
  let failure: { reason: unknown } | undefined
  const parser = new Parser({
    onwarn(_code, message) {
      // After a failure the archive is truncated, so this warning would be redundant.
      if (!failure) onDefect(String(message))
    },
  })

  async function feed(): Promise<void> {
    try {
      for await (const chunk of chunks) {
        if (stopping.signal.aborted) return
        if (!parser.write(chunk)) await once(parser, 'drain', { signal: stopping.signal })
      }
    } catch (reason) {
      failure = { reason }
    }
    // Also ends the current entry: its reader would wait forever.
    parser.end()
  }

  const entries = on(parser, 'entry', { close: ['end'], signal: stopping.signal })
  const feeding = feed()
  try {
    for await (const [entry] of entries as AsyncIterable<[ReadEntry]>) {
      yield { name: entry.path, content: entry as unknown as Chunks }
      entry.resume()
    }
    if (failure) throw failure.reason
  } finally {
    stopping.abort()
    await feeding
  }
}
