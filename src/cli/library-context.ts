import type { Writable } from 'node:stream'
import type { Library } from '../library/library.ts'
import type { CliContext } from './context.ts'

/** What a command that works on the library of a hub gets. */
export interface LibraryContext extends CliContext {
  openHubLibrary(): Promise<{ library: Library; close(): Promise<void> }>
  /** Where progress is drawn, if it is a terminal. */
  stderr: Writable & { isTTY?: boolean }
}

/** Runs `work` on the library and closes it. */
export async function onLibrary<Result>(
  { openHubLibrary }: LibraryContext,
  work: (library: Library) => Promise<Result>,
): Promise<Result> {
  const { library, close } = await openHubLibrary()
  try {
    return await work(library)
  } finally {
    await close()
  }
}
