import { on, once } from 'node:events'
import { Parser, type ReadEntry } from 'tar'
import type { Chunks } from './chunks.ts'

/**
 * What a tar archive holds, in order. An entry's content has to be read before the next one is asked for. When the archive
 * cannot be read to its end, what was read of an entry comes first, and the reason is thrown after it.
 */
export async function* tarEntries(
  chunks: Chunks,
  { onDefect }: { onDefect(message: string): void },
): AsyncGenerator<{ name: string; content: Chunks }> {
  const stopping = new AbortController()
  let failure: { reason: unknown } | undefined
  const parser = new Parser({
    onwarn(_code, message) {
      // That the archive is cut off follows from the failure.
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
    // Ends the entry that is being read as well: who reads it would wait for ever.
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
