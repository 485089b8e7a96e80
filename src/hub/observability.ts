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

/** Opens the metrics of a hub. When metrics are off, returns undefined and loads none of their code. `worker`: number of this process. */
export async function openMeter({ metricsPort }: Config, worker: number): Promise<HubMeter | undefined> {
  if (metricsPort === undefined) return undefined
  const { openHubMeter } = await import('../metrics/hub-meter.ts')
  return openHubMeter({ endpoints, worker, version })
}

/** Opens the exporter of traces. Without a configured URL, returns undefined and loads none of its code. */
export async function openTraces({ tracesUrl, tracesRatio }: Config, log: Logger): Promise<Tracing | undefined> {
  if (tracesUrl === undefined) return undefined
  const { openTracing } = await import('../tracing/open-tracing.ts')
  const onFailed = (error: unknown) => log.warn({ err: error }, 'traces cannot be sent')
  return openTracing({ url: tracesUrl, ratio: tracesRatio, version, onFailed })
}

/** Returns a function that reads `meter` together with the current state of the hub's parts. */
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
      /** The library sync of this process. */
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
