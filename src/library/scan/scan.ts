import { dirname } from 'node:path/posix'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../../db/database.ts'
import type { ScanEvent, ScanSummary } from '../library.ts'
import type { Recorder } from '../record/open-recorder.ts'
import type { Exclusions } from '../watch/exclusions.ts'
import type { Scope } from '../watch/walk.ts'
import { directoryIdentity, type LibraryFolder, unavailableReason } from './folders.ts'
import type { KnownEntries } from './known-entries.ts'
import { planScan } from './plan-scan.ts'
import { listProblems, replaceWalkProblems } from './problems.ts'
import { createProgress, type Progress, progressEvent } from './progress.ts'
import { bytesOf, type EntryToRead, readAll, type ScanCounters } from './read-all.ts'
import type { ReadingTools } from './read-entry.ts'
import { reportProgress } from './report-progress.ts'

/** The services that scans need. */
export interface ScanTools extends ReadingTools {
  database: Database
  recorder: Recorder
  known: KnownEntries
  exclusions: Exclusions
}

/** Parts of a folder to scan. */
export interface FolderPart {
  folder: LibraryFolder
  scopes: readonly Scope[]
}

export const wholeFolders = (folders: readonly LibraryFolder[]): FolderPart[] =>
  folders.map((folder) => ({ folder, scopes: [{ directory: '', deep: true }] }))

export interface ScanRequest {
  parts: readonly FolderPart[]
  /** Whether to wait for files that are still being written. A watcher scans them again instead. */
  waitForWrites: boolean
  /** Returns a time in Unix milliseconds: files that have been missing since then or earlier are deleted from the catalog. */
  missingBefore: () => number
}

/** A scan's summary, with the entries that were still being written when it ended. */
export type ScanOutcome = ScanSummary & { unsettled: EntryToRead[] }

/** Runs a scan and yields its progress. If the caller stops iterating, the scan ends and records the entries read so far. */
export async function* scan(
  tools: ScanTools,
  request: ScanRequest,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<ScanEvent, ScanOutcome> {
  const left = new AbortController()
  const progress = createProgress()
  const working = runScan(tools, request, progress, AbortSignal.any([signal, left.signal]))
  try {
    const outcome = yield* reportProgress(working, () => progressEvent(progress))
    const { unsettled: _, ...summary } = outcome
    yield { kind: 'done', summary }
    return outcome
  } finally {
    left.abort()
    await working.catch(() => undefined)
  }
}

/** A file that changed less than this long ago may still be being written. */
const settleMilliseconds = 2000
/** Maximum passes over files that are still being written. */
const maxRounds = 5

async function runScan(
  tools: ScanTools,
  { parts, waitForWrites, missingBefore }: ScanRequest,
  progress: Progress,
  signal: AbortSignal,
): Promise<ScanOutcome> {
  const started = performance.now()
  const counters: ScanCounters = { added: 0, changed: 0, unsettled: [], problems: [] }
  const counts = { unchanged: 0, removed: 0 }

  /** Scans parts and reads their complete entries. Returns the entries that are still being written. */
  const round = async (roundParts: readonly FolderPart[], first: boolean): Promise<EntryToRead[]> => {
    const changed: EntryToRead[] = []
    const gone: number[] = []
    for (const { folder, scopes } of roundParts) {
      if (signal.aborted) return []
      const plan = await planPart(tools, { folder, scopes }, progress)
      changed.push(...plan.changed.map((entry) => ({ folder, ...entry })))
      gone.push(...plan.gone)
      if (first) counts.unchanged += plan.unchanged
    }
    await tools.knownHashes.remember(gone)
    await tools.recorder.removeEntries(gone)
    counts.removed += gone.length
    const [young, whole] = partition(changed, ({ entry }) => isRecentlyChanged(entry.changedAt))
    progress.phase = 'reading'
    progress.files += whole.reduce((sum, { entry }) => sum + entry.models.length, 0)
    progress.bytes += whole.reduce((sum, { entry }) => sum + bytesOf(entry), 0)
    counters.unsettled = []
    // New entries come first: bytes that moved to a new path take their ids along before other bytes at the old path do.
    const [added, other] = partition(whole, ({ isNew }) => isNew)
    for (const entries of [added, other]) await readAll(tools, entries, { progress, signal, counters })
    return [...young, ...counters.unsettled]
  }

  let unsettled = await round(parts, true)
  for (let rounds = 1; rounds < maxRounds && !signal.aborted; rounds++) {
    const again = waitForWrites ? partsOfEntries(unsettled) : []
    if (again.length === 0) break
    await waitUntilSettled(unsettled, signal)
    unsettled = await round(again, false)
  }
  if (!signal.aborted) {
    await tools.recorder.deleteMissing(missingBefore())
    for (const { folder } of parts) await markScanned(tools.database, folder)
  }
  const stillWritten = waitForWrites ? unsettled : []
  const problems = await listProblems(
    tools.database,
    parts.map(({ folder }) => folder.id),
  )
  return {
    added: counters.added,
    changed: counters.changed,
    ...counts,
    hashedFiles: progress.hashedFiles,
    hashedBytes: progress.hashedBytes,
    seconds: (performance.now() - started) / 1000,
    complete: !signal.aborted,
    problems: [
      ...problems,
      ...counters.problems.map(({ path, reason }) => ({ path, reason })),
      ...stillWritten.map(({ folder, entry }) => ({
        path: `${folder.path}/${entry.stem}`,
        reason: 'it is still being written; the next scan reads it',
      })),
    ],
    unsettled,
  }
}

async function planPart(
  { database, known, exclusions }: ScanTools,
  { folder, scopes }: FolderPart,
  progress: Progress,
) {
  const hidden = await unavailableReason(folder)
  const plan =
    hidden === undefined
      ? await planScan({
          known,
          folder,
          scopes,
          exclusions,
          onDirectory(files) {
            progress.directories++
            progress.foundFiles += files
          },
        })
      : { changed: [], unchanged: 0, gone: [], problems: [{ path: '', reason: hidden }] }
  await replaceWalkProblems(database, folder.id, scopes, plan.problems)
  return plan
}

/** Returns the directories of these entries as parts to scan. */
export function partsOfEntries(entries: readonly EntryToRead[]): FolderPart[] {
  const byFolder = Map.groupBy(entries, ({ folder }) => folder)
  return [...byFolder].map(([folder, own]) => {
    const directories = new Set(own.map(({ entry }) => (dirname(entry.stem) === '.' ? '' : dirname(entry.stem))))
    return { folder, scopes: [...directories].map((directory) => ({ directory, deep: false })) }
  })
}

const isRecentlyChanged = (changedAt: number) => Math.abs(Date.now() - changedAt) < settleMilliseconds

/** Waits until the most recently changed entry can count as complete. */
async function waitUntilSettled(entries: readonly EntryToRead[], signal: AbortSignal): Promise<void> {
  const youngest = Math.max(...entries.map(({ entry }) => entry.changedAt))
  const wait = Math.min(Math.max(youngest + settleMilliseconds - Date.now(), 100), settleMilliseconds)
  await delay(wait, undefined, { signal }).catch(() => undefined)
}

async function markScanned({ kysely }: Database, folder: LibraryFolder): Promise<void> {
  if ((await unavailableReason(folder)) !== undefined) return
  await kysely
    .updateTable('library_folder')
    .set({ scanned_at: Date.now(), root: await directoryIdentity(folder.path) })
    .where('id', '=', folder.id)
    .execute()
}

function partition<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))]
}
