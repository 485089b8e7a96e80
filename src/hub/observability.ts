import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import type { ResponseCache } from '../edge-cache/response-cache.ts'
import { endpoints } from '../endpoints/index.ts'
import type { HubServer } from '../http/server.ts'
import type { LibrarySync } from '../library/watch/library-sync.ts'
import type { HubMeter } from '../metrics/hub-meter.ts'
import type { Snapshot } from '../metrics/snapshot.ts'
import type { Tracing } from '../tracing/open-tracing.ts'
import { version } from '../version.ts'

/** What counts for a hub, where metrics are asked for; nothing of it is loaded otherwise. `worker` is the number of this process. */
export async function openMeter({ metricsPort }: Config, worker: number): Promise<HubMeter | undefined> {
  if (metricsPort === undefined) return undefined
  const { openHubMeter } = await import('../metrics/hub-meter.ts')
  return openHubMeter({ endpoints, worker, version })
}

/** What sends traces, where the configuration says to where; nothing of it is loaded otherwise. */
export async function openTraces({ tracesUrl, tracesRatio }: Config, log: Logger): Promise<Tracing | undefined> {
  if (tracesUrl === undefined) return undefined
  const { openTracing } = await import('../tracing/open-tracing.ts')
  const onFailed = (error: unknown) => log.warn({ err: error }, 'traces cannot be sent')
  return openTracing({ url: tracesUrl, ratio: tracesRatio, version, onFailed })
}

/** Gives what `meter` has counted, with what the parts of the hub are like now. */
export const measuring =
  (
    meter: HubMeter,
    {
      cache,
      database,
      server,
      following,
    }: {
      cache: ResponseCache
      database: Database
      server: HubServer
      /** That of this process. */
      following: LibrarySync
    },
  ): (() => Promise<Snapshot>) =>
  async () =>
    meter.snapshot({
      isWritable: await database.isWritable(),
      connections: server.connections(),
      cache: cache.size(),
      pending: database.pending(),
      scan: following.scan(),
    })
