import { join } from 'node:path'
import type { Database } from '../db/database.ts'
import { openEntryReader } from './entries/entry-reader.ts'
import type { Hasher } from './hashing/hasher.ts'
import type { Library, ScanEvent } from './library.ts'
import { openRecorder } from './record/open-recorder.ts'
import { addFolders, listFolders, removeFolder } from './scan/folders.ts'
import { openKnownEntries } from './scan/known-entries.ts'
import { openKnownHashes } from './scan/known-hashes.ts'
import { openMutex } from './scan/mutex.ts'
import type { OnTokensFound } from './scan/read-entry.ts'
import { type ScanTools, scan, wholeFolders } from './scan/scan.ts'
import { watchLibrary } from './scan/watch-library.ts'
import { prepareSummary } from './summarize.ts'
import { compileExclusions } from './watch/exclusions.ts'

/** Images that the hub owns lie here, in its data directory. */
export const ownedFolderOf = (dataDirectory: string): string => join(dataDirectory, 'images')

/** Opens the library of a hub. Several processes may have it open at once. */
export function openLibrary({
  database,
  hasher,
  dataDirectory,
  onTokensFound,
  exclude = [],
}: {
  database: Database
  hasher: Hasher
  dataDirectory: string
  onTokensFound: OnTokensFound
  /** Patterns of files and folders to leave out besides the built-in ones. */
  exclude?: readonly string[]
}): Library {
  const exclusions = compileExclusions(exclude)
  const ownedFolder = ownedFolderOf(dataDirectory)
  const reader = openEntryReader()
  const recorder = openRecorder({ database, ownedFolder })
  const known = openKnownEntries(database)
  const closing = new AbortController()
  const mutex = openMutex()
  /** Files that were moved are remembered for one scan only, so that memory does not grow with the years. */
  const tools = (): ScanTools => ({
    database,
    hasher,
    reader,
    recorder,
    known,
    exclusions,
    ownedFolder,
    onTokensFound,
    knownHashes: openKnownHashes(database),
  })

  return {
    folders: async () => (await listFolders(database)).map(({ path }) => path),
    summarize: prepareSummary(database, exclusions.patterns),
    addFolders: (paths, by) => addFolders(database, paths, { dataDirectory, by }),
    removeFolder: (path, by) => mutex.runExclusive(() => removeFolder(database, path, { recorder, by })),
    async *scan({ folders, signal } = {}): AsyncGenerator<ScanEvent> {
      using _turn = await mutex.acquire()
      // At once, so that whoever asked sees that it runs.
      yield { kind: 'walking', directories: 0, files: 0 }
      const wanted = (await listFolders(database)).filter(({ path }) => folders?.includes(path) ?? true)
      const stop = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])])
      yield* scan(tools(), { parts: wholeFolders(wanted), waitForWrites: true, missingBefore: Date.now }, stop)
    },
    watch: (listener) => watchLibrary({ tools, mutex, listener, signal: closing.signal }),
    async close() {
      closing.abort()
      using _turn = await mutex.acquire()
      await reader.close()
    },
  }
}
