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

/** The services that reading an entry needs. */
export interface ReadingTools {
  reader: EntryReader
  hasher: Hasher
  knownHashes: KnownHashes
  /** Directory of the images that the hub owns. */
  ownedFolder: string
  onTokensFound: OnTokensFound
}

/** Called with hub tokens found in a file, to alert their owners. `place` is the path relative to its library folder. */
export type OnTokensFound = (tokens: readonly string[], place: string) => Promise<void>

/**
 * Reads headers, sidecars and previews of an entry, and hashes its files unless their hashes are known. Returns undefined
 * if a file changed meanwhile: it is still being written.
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

/** Matches no real fingerprint, so the next scan reads the entry again: a file could not be read this time. */
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
