import { join } from 'node:path'
import { redactTokens } from '../../auth/tokens/token-format.ts'
import { entryFactsOf } from '../entries/build-entry-facts.ts'
import type { LibraryProblem } from '../entries/entry-facts.ts'
import type { EntryFiles } from '../entries/entry-files.ts'
import type { EntryReader } from '../entries/entry-reader.ts'
import type { FileHashes } from '../hashing/digests.ts'
import { type Hasher, HashingError } from '../hashing/hasher.ts'
import type { ReadEntry } from '../record/read-entry.ts'
import { describe, type FoundFile } from '../watch/walk.ts'
import type { KnownHashes } from './known-hashes.ts'
import type { Progress } from './progress.ts'

/** What reading an entry takes. */
export interface ReadingTools {
  reader: EntryReader
  hasher: Hasher
  knownHashes: KnownHashes
  /** Where images go that the hub owns. */
  ownedFolder: string
  onTokensFound: OnTokensFound
}

/** Has the owners of these tokens told that they stand in the library, in `place`: a path relative to its library folder. */
export type OnTokensFound = (tokens: readonly string[], place: string) => Promise<void>

/**
 * Reads all that an entry has: headers, sidecars and previews, and the hashes of files that are not known yet.
 * Undefined when a file changed meanwhile: the entry is not whole yet.
 */
export async function readEntry(
  { reader, hasher, knownHashes, ownedFolder, onTokensFound }: ReadingTools,
  { folder, entry }: { folder: { id: number; path: string }; entry: EntryFiles },
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<ReadEntry | undefined> {
  progress.path = entry.stem
  const reading = await reader.read({ root: folder.path, entry, ownedFolder })
  for (const { path, tokens } of reading.found) await onTokensFound(tokens, redactTokens(path))
  const hashes = new Map<string, FileHashes>()
  const unreadable: LibraryProblem[] = []
  for (const { file } of reading.models) {
    const path = join(folder.path, file.path)
    try {
      hashes.set(file.path, (await knownHashes.find(file)) ?? (await hash(hasher, path, file, { progress, signal })))
    } catch (error) {
      if (!(error instanceof HashingError) || error.code === 'EABORTED') throw error
      if (error.code === 'ECHANGED') return undefined
      unreadable.push({ path: file.path, reason: describe(error) })
    }
  }
  const { facts, problems } = entryFactsOf({ entry, reading, hashes })
  const whole = !reading.incomplete && unreadable.length === 0
  return {
    folderId: folder.id,
    facts: whole ? facts : { ...facts, fingerprint: unreadFingerprint },
    problems: [...problems, ...unreadable],
  }
}

/** Is no entry's fingerprint: what the disk would not give may be there when the next scan asks. */
const unreadFingerprint = 'unread'

async function hash(
  hasher: Hasher,
  path: string,
  file: FoundFile,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<FileHashes> {
  try {
    const onProgress = (bytes: number) => progress.activeBytes.set(path, bytes)
    const { sizeBytes, ...hashes } = await hasher.hash(path, { signal, onProgress })
    if (sizeBytes !== file.sizeBytes) throw new HashingError('ECHANGED', 'the file changed after it was found')
    progress.hashedFiles++
    progress.hashedBytes += sizeBytes
    return hashes
  } finally {
    progress.activeBytes.delete(path)
  }
}
