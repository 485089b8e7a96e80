import { once } from 'node:events'
import { type AddressInfo, createServer, isIPv6 } from 'node:net'
import { type Config, ConfigError } from '../config/config.ts'
import type { HubServer } from '../http/server.ts'

interface ListenAt {
  host: string
  port: number
}

/** Whether several processes listen on the port, and whether this is the first of them. */
export type PortSharing = 'none' | 'first' | 'next'

/**
 * Linux spreads connections evenly over sockets on one port. Elsewhere the processes get them from their parent, by
 * turns (`node:cluster`), which costs that one a little for each.
 */
const reusePort = process.platform === 'linux'

/**
 * Begins to accept requests; gives the origin, with the port that was picked.
 * @throws ConfigError when the address or the port cannot be had
 */
export async function listen(
  server: Pick<HubServer, 'listen'>,
  { host, port, tlsCert }: Pick<Config, 'host' | 'port' | 'tlsCert'>,
  sharing: PortSharing = 'none',
): Promise<string> {
  try {
    const picked = sharing === 'first' ? await freePort({ host, port }) : port
    const bound = await server.listen({ host, port: picked, ...(sharing !== 'none' && { reusePort }) })
    const name = isIPv6(bound.host) ? `[${bound.host}]` : bound.host
    return `${tlsCert === undefined ? 'http' : 'https'}://${name}:${bound.port}`
  } catch (error) {
    throw listenFailureReason(error, { host, port })
  }
}

/** A failure to listen, in words that name the option which begins with `prefix`. */
export function listenFailureReason(error: unknown, { prefix = '--', ...at }: ListenAt & { prefix?: string }): unknown {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
  return reason ? new ConfigError(`${prefix}${reason(at)}`) : error
}

/** The port when nobody listens on it: where ports are shared, two hubs would each get some of the connections. */
async function freePort(at: ListenAt): Promise<number> {
  const server = createServer().listen({ ...at, exclusive: true })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

type Reason = (at: ListenAt) => string

const isNotHere: Reason = ({ host }) => `host: ${host} is no address of this machine`
const reasons: Record<string, Reason> = {
  EADDRINUSE: ({ host, port }) => `port: ${port} is in use on ${host} already; 0 picks a free one`,
  EACCES: ({ host, port }) => `port: ${port} on ${host} is not allowed to this user`,
  EADDRNOTAVAIL: isNotHere,
  EAFNOSUPPORT: isNotHere,
  EINVAL: isNotHere,
  ENOTFOUND: isNotHere,
  EAI_AGAIN: isNotHere,
}
