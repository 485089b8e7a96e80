import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf, type ScanListener } from './scan-listener.ts'

export type WalkStep = { kind: 'directory'; path: string } | { kind: 'file'; path: string }

/**
 * Yields the files and directories below a directory in name order, including hidden ones, each directory before its
 * content. Links are not followed: targets inside are visited anyway, and targets outside are not part of the directory.
 */
export function* walkFiles(
  directory: string,
  { listener, isExcluded }: { listener: ScanListener; isExcluded(directory: string): boolean },
): Generator<WalkStep> {
  if (isExcluded(directory)) return
  yield { kind: 'directory', path: directory }
  let entries: Dirent[]
  try {
    entries = readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    listener.onProblem(directory, reasonOf(error))
    return
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* walkFiles(path, { listener, isExcluded })
    else if (entry.isFile()) yield { kind: 'file', path }
  }
}
