import { z } from 'zod'
import { redactTokens } from '../auth/tokens/token-format.ts'
import type { Library, ScanSummary } from '../library/library.ts'
import type { ScanState as LibraryScanState } from '../library/scan/scan-state.ts'
import type { LibraryEvent } from '../library/watch/library-events.ts'
import type { LibrarySync } from '../library/watch/library-sync.ts'
import type { ServerEvent } from './core/responses.ts'

const time = z.iso.datetime()
const count = z.int().nonnegative()

const ScanState = z
  .object({
    phase: z.enum(['walking', 'reading']),
    directories: count.describe('Looked at so far.'),
    files: count.describe('While walking, found so far; while reading, model files that have to be read.'),
    doneFiles: count,
    bytes: count.describe('Of the files that have to be read.'),
    doneBytes: count,
    bytesPerSecond: count.nullable().describe('Over the last seconds; null until there is enough to tell by.'),
    secondsLeft: count.nullable(),
    path: z.string().nullable().describe('What is read at the moment.'),
    startedAt: time,
  })
  .meta({ id: 'ScanState', description: 'How far a scan is.' })

export const LibraryDto = z
  .object({
    folders: z.array(
      z.object({
        path: z.string(),
        addedAt: time,
        scannedAt: time.nullable(),
        modelFiles: count,
        bytes: count.describe('Of its model files.'),
        state: z
          .enum(['watched', 'unwatched', 'missing'])
          .describe('`unwatched`: not every directory can be watched, and changes are seen within 15 minutes.'),
        problemCount: count,
      }),
    ),
    exclusions: z
      .object({
        builtIn: z.array(z.string()),
        custom: z.array(z.string()).describe('From the option `exclude`.'),
      })
      .describe('Patterns of files and folders that are left out, in the form of `.gitignore`.'),
    scan: ScanState.nullable().describe('The scan that runs.'),
    problems: z.object({
      items: z.array(z.object({ path: z.string(), reason: z.string() })).describe('The first 200.'),
      total: count,
    }),
  })
  .meta({ id: 'Library', description: 'The folders of model files, and what could not be read in them.' })

export async function toLibraryDto(
  library: Pick<Library, 'summarize'>,
  following: LibrarySync,
): Promise<z.infer<typeof LibraryDto>> {
  const { folders, exclusions, problems } = await library.summarize()
  const scan = following.scan()
  return {
    folders: folders.map(({ path, addedAt, scannedAt, modelFiles, bytes, isMissing, problemCount }) => ({
      path,
      addedAt: isoTime(addedAt),
      scannedAt: scannedAt === null ? null : isoTime(scannedAt),
      modelFiles,
      bytes,
      problemCount,
      state: isMissing ? 'missing' : following.watches(path) ? 'watched' : 'unwatched',
    })),
    exclusions: { builtIn: [...exclusions.builtIn], custom: [...exclusions.custom] },
    scan: scan && presentScan(scan),
    problems: {
      items: problems.items.map(({ path, reason }) => ({ path: redactTokens(path), reason })),
      total: problems.total,
    },
  }
}

/** What each event is told for. */
export const libraryEvents = {
  scan: 'a scan is this far, a `ScanState`; about ten times a second, or as fast as the client takes them',
  scanned:
    'a scan ended: how many entries it found `added`, `changed`, `unchanged` and `removed`, what it read (`hashedFiles`, `hashedBytes`, `seconds`), whether it came to its end (`complete`), and `problemCount`',
  changed: 'the folders, or the scan, are otherwise than told last: ask `GET /api/v1/library`; `{}`',
}

export function toServerEvent(news: LibraryEvent): ServerEvent {
  switch (news.kind) {
    case 'scan':
      return { event: 'scan', data: presentScan(news.state) }
    case 'scanned':
      return { event: 'scanned', data: presentSummary(news.summary) }
    case 'changed':
      return { event: 'changed', data: {} }
  }
}

/** The problems are in the library's own answer, and may be many. */
function presentSummary(summary: ScanSummary) {
  const { added, changed, unchanged, removed, hashedFiles, hashedBytes, seconds, complete, problems } = summary
  return {
    added,
    changed,
    unchanged,
    removed,
    hashedFiles,
    hashedBytes,
    seconds,
    complete,
    problemCount: problems.length,
  }
}

const presentScan = ({ startedAt, path, ...state }: LibraryScanState): z.infer<typeof ScanState> => ({
  ...state,
  path: path && redactTokens(path),
  startedAt: isoTime(startedAt),
})

const isoTime = (unixMs: number) => new Date(unixMs).toISOString()
