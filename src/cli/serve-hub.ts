import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { commandLine } from '../audit/actor-context.ts'
import type { Config } from '../config/config.ts'
import { type Hub, type HubContext, openHub } from '../hub/open-hub.ts'
import type { Snapshot } from '../metrics/snapshot.ts'
import { printLines } from './context.ts'
import { listen, type PortSharing } from './listen.ts'
import { followEvents, openProgress } from './progress.ts'
import { progressLine } from './progress-line.ts'
import { ensureSampleLibrary } from './sample-folder.ts'
import { reportLines } from './scan-report.ts'

export interface ServingProcess extends HubContext {
  /** What this process prepares, for others as well: these folders are to be served. */
  prepares: { folders: readonly string[] } | null
  sharing: PortSharing
  /** Aborted when it is to end. */
  signal: AbortSignal
  /** Fulfilled when it is this process that does what is done once for a hub. */
  leading: Promise<void>
  onListening: (origin: string) => void
  /** Told where it leads, when the first scan has ended or takes long. */
  onReady: (hub: { needsSetup: boolean }) => Promise<void> | void
  /** Told, where metrics are asked for, what gives those of this process. */
  onMeasurable: (measure: () => Promise<Snapshot>) => void
  /** Where progress is drawn, if it is a terminal. */
  stderr: Writable & { isTTY?: boolean }
}

/** So long the first scan may keep the hub from being ready: small folders are whole in the first answer. */
const maxWaitMilliseconds = 10_000

/** Serves a hub in this process until `signal`. */
export async function serveHub(config: Config, serving: ServingProcess): Promise<void> {
  const { prepares, sharing, signal, leading, onListening } = serving
  await using ending = new AsyncDisposableStack()
  const hub = await openHub(config, serving)
  ending.defer(hub.close)
  if (hub.measure) serving.onMeasurable(hub.measure)
  if (prepares) await hub.library.addFolders(prepares.folders, commandLine)
  const origin = await listen(hub.server, config, sharing)
  if (prepares) await ensureSampleLibrary({ ...hub, log: serving.log }, prepares.folders)
  signal.addEventListener('abort', hub.following.close, { once: true })
  const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort')
  onListening(origin)

  await Promise.race([leading, stopped])
  if (!signal.aborted) await lead(hub, serving)
  await stopped
}

/** Begins what is done once for a hub, and tells when it is ready; ends with the first scan. */
async function lead(hub: Hub, { prepares, signal, stderr, onReady }: ServingProcess): Promise<void> {
  const progress = openProgress(stderr, progressLine)
  const news = hub.following.news()
  const drawn = followEvents(news, progress)
  const reported = hub.lead().then(async (summary) => {
    await news.return()
    await drawn
    if (prepares && summary?.complete) printLines({ stdout: stderr }, reportLines(summary))
  })
  await Promise.race([reported, setTimeout(maxWaitMilliseconds, undefined, { ref: false })])
  if (!signal.aborted) {
    const needsSetup = await hub.setup.isNeeded()
    progress.clear()
    await onReady({ needsSetup })
  }
  await reported
}
