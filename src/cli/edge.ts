import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { type Command, Option } from 'commander'
import { type Config, ConfigError } from '../config/config.ts'
import type { EdgeMeter } from '../metrics/edge-meter.ts'
import { version } from '../version.ts'
import { type CliContext, printLines } from './context.ts'
import { listen } from './listen.ts'
import { listenForScrapes } from './listen-for-scrapes.ts'
import { listenForStop } from './stop-signal.ts'

interface EdgeContext extends Pick<CliContext, 'stdout'> {
  config: () => Config
}

interface EdgeFlags {
  origin?: string
  originTimeout: string
  keepHost?: true
}

/** So long answers that are under way may take when the program is to end. */
const drainMilliseconds = 8000

/** Registers `edge`. */
export function registerEdgeCommand(program: Command, context: EdgeContext): void {
  program
    .command('edge')
    .description('serve as a shared HTTP cache in front of any origin')
    .option('--origin <url>', 'scheme and host that answers come from, such as http://127.0.0.1:8080')
    .option('--origin-timeout <seconds>', 'how long the origin may be silent', '60')
    .option('--keep-host', 'ask the origin for the host that the caller asked for, instead of its own')
    .addOption(
      new Option('--cache-megabytes <number>', 'memory for answers').default('256').env('MODELKEEP_CACHE_MEGABYTES'),
    )
    .action((flags: EdgeFlags) => serveEdge(context, flags))
}

/** Serves until SIGINT or SIGTERM. */
async function serveEdge(context: EdgeContext, flags: EdgeFlags): Promise<void> {
  const config = context.config()
  const origin = readOrigin(flags.origin)
  const timeoutMilliseconds = readSeconds(flags.originTimeout) * 1000
  const { signal } = listenForStop()
  // Loaded when it is asked for: other commands need none of it.
  const [
    { openSharedCache },
    { createProxy },
    { openOriginClient },
    { trustedProxies },
    { guardConnections },
    { openLog },
    { openRequestIds },
    { readTlsFiles },
  ] = await Promise.all([
    import('../edge-cache/shared-cache.ts'),
    import('../edge-cache/proxy.ts'),
    import('../edge-cache/origin-client.ts'),
    import('../http/connections/limit-connections.ts'),
    import('../http/connections/guard-connections.ts'),
    import('../http/log.ts'),
    import('../http/request-id.ts'),
    import('../config/tls-files.ts'),
  ])
  const tls = await readTlsFiles(config)
  const log = openLog(config.logLevel)
  const meter = config.metricsPort === undefined ? undefined : await openMeter()
  const isTrusted = trustedProxies(config.trustProxy)
  const idOf = openRequestIds(isTrusted)
  await using ending = new AsyncDisposableStack()
  const client = openOriginClient({
    origin,
    forwardsHost: flags.keepHost === true,
    timeoutMilliseconds,
    ...(meter && { onCompleted: meter.recordOriginRequest }),
  })
  ending.defer(client.close)
  const edge = openSharedCache({
    maxBytes: config.cacheMegabytes * 1e6,
    onRefreshFailed: (error) => log.warn({ err: error }, 'a stale answer could not be refreshed'),
  })
  const server = createProxy({
    cache: edge,
    origin: client,
    tls,
    isTrusted,
    idOf,
    onResponse({ error, ...answered }) {
      meter?.recordResponse({ ...answered, seconds: answered.milliseconds / 1000 })
      if (error === undefined) log.debug(answered)
      else log.warn({ ...answered, err: error }, 'no whole answer')
    },
  })
  guardConnections(server, {
    idOf,
    isTls: tls !== undefined,
    onRefused: (status) => meter?.recordResponse({ method: 'other', status, outcome: 'none', seconds: 0 }),
  })
  ending.defer(() => drain(server))

  const connections = promisify(server.getConnections.bind(server))
  const gather = async () =>
    meter ? [await meter.snapshot({ connections: await connections(), cache: edge.size() })] : []
  const metrics = await listenForScrapes(config, { gather, log })
  if (metrics) ending.defer(metrics.close)
  const address = await listen({ listen: (at) => listenAt(server, at) }, config)
  printLines(context, [`modelkeep edge listening on ${address}`, ...(metrics ? [`metrics at ${metrics.address}`] : [])])
  if (!signal.aborted) await once(signal, 'abort')
}

async function openMeter(): Promise<EdgeMeter> {
  const { openEdgeMeter } = await import('../metrics/edge-meter.ts')
  return openEdgeMeter(version)
}

async function listenAt(server: Server, at: { host: string; port: number }) {
  server.listen(at)
  await once(server, 'listening')
  return { host: at.host, port: (server.address() as AddressInfo).port }
}

/** Lets what is under way end for a while. */
async function drain(server: Server): Promise<void> {
  if (!server.listening) return
  const lastCall = setTimeout(() => server.closeAllConnections(), drainMilliseconds)
  // Node closes those that are idle now, and not those that become so.
  const idleCall = setInterval(() => server.closeIdleConnections(), 50)
  const closed = once(server, 'close')
  server.close()
  await closed
  clearTimeout(lastCall)
  clearInterval(idleCall)
}

function readOrigin(text: string | undefined): string {
  if (text === undefined) throw new ConfigError('--origin: is needed')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`)
    throw new ConfigError('--origin: must be a scheme and host such as http://127.0.0.1:8080, without a path')
  return url.origin
}

function readSeconds(text: string): number {
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (seconds < 1 || seconds > 86_400) throw new ConfigError('--origin-timeout: must be a whole number from 1 to 86400')
  return seconds
}
