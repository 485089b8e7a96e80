import { type Counter, type Family, gauge, openCounter, openHistogram } from './family.ts'
import { openProcessMetrics } from './prometheus.ts'
import { type MeteredEndpoint, openRequestMeter, type RequestMeter } from './request-meter.ts'
import { type SharedState, sharedFamilies } from './shared-families.ts'
import type { Snapshot } from './snapshot.ts'

/** Counts what happens in a process that serves a hub: each part tells it what it does, by one of these. */
export interface HubMeter {
  requests: RequestMeter
  /** A statement of the database ran on a thread of this kind, after a wait, if there is a line; milliseconds. */
  onStatement(statement: { lane: string; waitMs: number | undefined; runMs: number }): void
  /** A token was looked at, and this is what came of it. */
  onToken(result: string): void
  /** A request was refused for a limit. */
  onRateLimited(limit: string): void
  /** A scan has ended, that of the process that leads. */
  onScanned(scan: Scanned): void
  /** All of it, with what the parts are like now. */
  snapshot(now: HubState): Promise<Snapshot>
}

interface Scanned {
  added: number
  changed: number
  unchanged: number
  removed: number
  hashedFiles: number
  hashedBytes: number
}

/** What parts of a hub are like, as this process sees it. */
export interface HubState extends Omit<SharedState, 'version'> {
  /** Whether changes can be stored: false while the disk is full. */
  isWritable: boolean
  /** Statements that wait or run, by the kind of thread. */
  pending: Readonly<Record<string, number>>
  /** The scan of this process; null where none runs, or another process leads. */
  scan: { directories: number; files: number; doneFiles: number; bytes: number; doneBytes: number } | null
}

/** In seconds: from a look-up to a search that takes too long. */
const statementBounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5]

/** `worker` is the number of this process among those that serve. */
export function openHubMeter({
  endpoints,
  worker,
  version,
}: {
  endpoints: readonly MeteredEndpoint[]
  worker: number
  version: string
}): HubMeter {
  const requests = openRequestMeter(endpoints)
  const processFamilies = openProcessMetrics(worker)
  const waits = openHistogram({
    name: 'modelkeep_database_wait_seconds',
    bounds: statementBounds,
    help: 'How long statements waited for their thread, and were carried to it and back',
  })
  const runs = openHistogram({
    name: 'modelkeep_database_run_seconds',
    bounds: statementBounds,
    help: 'How long statements ran',
  })
  const tokens = openCounter({
    name: 'modelkeep_token_checks_total',
    help: 'Tokens that were presented, by what came of it',
  })
  const limited = openCounter({
    name: 'modelkeep_rate_limited_requests_total',
    help: 'Requests that were refused for a limit',
  })
  const scans = openCounter({ name: 'modelkeep_library_scans_total', help: 'Scans of folders that have ended' })
  const entries = openCounter({
    name: 'modelkeep_library_scanned_entries_total',
    help: 'Entries that scans have found, by what became of them',
  })
  const hashedFiles = openCounter({
    name: 'modelkeep_library_hashed_files_total',
    help: 'Model files that were read whole',
  })
  const hashedBytes = openCounter({
    name: 'modelkeep_library_hashed_bytes_total',
    help: 'Bytes of model files that were read whole',
  })
  const waitOf = memoize((lane) => waits.of({ lane }))
  const runOf = memoize((lane) => runs.of({ lane }))
  const byResult = countByLabel(tokens, 'result')
  const byLimit = countByLabel(limited, 'limit')

  return {
    requests,
    onStatement({ lane, waitMs, runMs }) {
      if (waitMs !== undefined) waitOf(lane).observe(waitMs / 1000)
      runOf(lane).observe(runMs / 1000)
    },
    onToken: byResult,
    onRateLimited: byLimit,
    onScanned({ added, changed, unchanged, removed, ...hashed }) {
      scans.of().value++
      for (const [change, count] of Object.entries({ added, changed, unchanged, removed }))
        entries.of({ change }).value += count
      hashedFiles.of().value += hashed.hashedFiles
      hashedBytes.of().value += hashed.hashedBytes
    },
    async snapshot(now) {
      const counted = [waits, runs, tokens, limited, scans, entries, hashedFiles, hashedBytes]
      return [
        ...sharedFamilies({ version, ...now }),
        ...requests.families(),
        ...counted.map((metric) => metric.family()),
        ...gaugesOf(now),
        ...(await processFamilies()),
      ]
    },
  }
}

function gaugesOf({ isWritable, pending, scan }: HubState): Family[] {
  const one = (name: string, help: string, value: number) => gauge({ name, help }, [{ labels: {}, value }])
  return [
    gauge(
      { name: 'modelkeep_database_pending_statements', help: 'Statements that wait for their thread or run' },
      Object.entries(pending).map(([lane, value]) => ({ labels: { lane }, value })),
    ),
    one(
      'modelkeep_writes_unavailable',
      'Processes that cannot store changes, because the disk is full or cannot be written',
      isWritable ? 0 : 1,
    ),
    one('modelkeep_library_scan_running', 'Whether folders are being read', scan ? 1 : 0),
    one(
      'modelkeep_library_scan_directories',
      'Directories that the running scan has looked at',
      scan?.directories ?? 0,
    ),
    one('modelkeep_library_scan_files', 'Files that the running scan has to read', scan?.files ?? 0),
    one('modelkeep_library_scan_done_files', 'Files that the running scan has read', scan?.doneFiles ?? 0),
    one('modelkeep_library_scan_bytes', 'Bytes that the running scan has to read', scan?.bytes ?? 0),
    one('modelkeep_library_scan_done_bytes', 'Bytes that the running scan has read', scan?.doneBytes ?? 0),
  ]
}

/** Counts by one label, whose values are few. */
function countByLabel(counter: Counter, label: string): (value: string) => void {
  const countOf = memoize((value) => counter.of({ [label]: value }))
  return (value) => void countOf(value).value++
}

function memoize<Held>(make: (name: string) => Held): (name: string) => Held {
  const known = new Map<string, Held>()
  return (name) => {
    let held = known.get(name)
    if (held === undefined) {
      held = make(name)
      known.set(name, held)
    }
    return held
  }
}
