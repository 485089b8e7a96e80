import { isIPv6 } from 'node:net'
import { type Config, ConfigError } from '../config.ts'
import type { HubServer } from '../http/server.ts'

/**
 * Begins to accept requests; gives the origin, with the port that was picked.
 * @throws ConfigError when the address or the port cannot be had
 */
export async function listen(
  server: Pick<HubServer, 'listen'>,
  { host, port, tlsCert }: Pick<Config, 'host' | 'port' | 'tlsCert'>,
): Promise<string> {
  try {
    const bound = await server.listen({ host, port })
    const name = isIPv6(bound.host) ? `[${bound.host}]` : bound.host
    return `${tlsCert === undefined ? 'http' : 'https'}://${name}:${bound.port}`
  } catch (error) {
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? '']
    throw reason ? new ConfigError(reason({ host, port })) : error
  }
}

type Reason = (at: { host: string; port: number }) => string

const isNotHere: Reason = ({ host }) => `--host: ${host} is no address of this machine`
const reasons: Record<string, Reason> = {
  EADDRINUSE: ({ host, port }) => `--port: ${port} is in use on ${host} already; 0 picks a free one`,
  EACCES: ({ host, port }) => `--port: ${port} on ${host} is not allowed to this user`,
  EADDRNOTAVAIL: isNotHere,
  EAFNOSUPPORT: isNotHere,
  EINVAL: isNotHere,
  ENOTFOUND: isNotHere,
  EAI_AGAIN: isNotHere,
}
