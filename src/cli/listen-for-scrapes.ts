import { isIPv6 } from 'node:net'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Snapshot } from '../metrics/snapshot.ts'
import { listenFailureReason } from './listen.ts'

/** Where metrics are asked for. */
export interface Scrapes {
  address: string
  close(): Promise<void>
}

/**
 * Listens for Prometheus, where the configuration says so; `gather` gives what each process has counted.
 * @throws ConfigError when the address or the port cannot be had
 */
export async function listenForScrapes(
  { metricsHost: host, metricsPort: port }: Pick<Config, 'metricsHost' | 'metricsPort'>,
  { gather, log }: { gather: () => Promise<Snapshot[]>; log: Logger },
): Promise<Scrapes | undefined> {
  if (port === undefined) return undefined
  // Nothing of it is loaded where nobody wants metrics.
  const { createScrapeServer } = await import('../metrics/scrape-server.ts')
  const server = createScrapeServer(gather, (error) => log.error(error, 'metrics not told'))
  try {
    const bound = await server.listen({ host, port })
    const name = isIPv6(bound.host) ? `[${bound.host}]` : bound.host
    return { address: `http://${name}:${bound.port}/metrics`, close: server.close }
  } catch (error) {
    throw listenFailureReason(error, { prefix: '--metrics-', host, port })
  }
}
