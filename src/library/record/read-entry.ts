import type { EntryFacts, LibraryProblem } from '../entries/entry-facts.ts'

/** An entry as it was read from the disk. */
export interface ReadEntry {
  folderId: number
  facts: EntryFacts
  problems: readonly LibraryProblem[]
}
