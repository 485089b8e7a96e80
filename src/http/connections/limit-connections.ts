import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { isInNetworks, networkOf, readNetwork } from '../../auth/networks.ts'

/** All of a process, and those of one network with the hub; a proxy in front of it is one network as well, and is left out of the latter. */
const maxConnections = { all: 8192, ofNetwork: 2048 }

/**
 * Bounds the connections of a server, so that nobody who only opens them keeps others out: what comes beyond is closed at once,
 * without a word. Of several `processes` each has its share of what one network may open: the system spreads them evenly. `isProxy` tells the addresses that speak for many. Gives the open ones.
 */
export function limitConnections(
  server: Server,
  {
    isProxy,
    processes = 1,
    maxPerNetwork = Math.ceil(maxConnections.ofNetwork / processes),
  }: { isProxy: (address: string) => boolean; processes?: number | undefined; maxPerNetwork?: number | undefined },
): ReadonlySet<Socket> {
  const open = new Set<Socket>()
  const counts = new Map<string, number>()
  server.maxConnections = maxConnections.all
  server.on('connection', (socket: Socket) => {
    // One that is read again after an offered upgrade.
    if (open.has(socket)) return
    const network = networkOf(socket.remoteAddress ?? '')
    const count = (counts.get(network) ?? 0) + 1
    if (count > maxPerNetwork && !isProxy(socket.remoteAddress ?? '')) {
      socket.destroy()
      return
    }
    counts.set(network, count)
    open.add(socket)
    socket.once('close', () => {
      open.delete(socket)
      const left = (counts.get(network) ?? 1) - 1
      if (left === 0) counts.delete(network)
      else counts.set(network, left)
    })
  })
  return open
}

/** Tells the addresses that may say for whom they ask (`--trust-proxy`). */
export function trustedProxies(trusted: boolean | readonly string[]): (address: string) => boolean {
  if (typeof trusted === 'boolean') return () => trusted
  const networks = trusted.flatMap((text) => readNetwork(text) ?? [])
  return (address) => isInNetworks(address, networks)
}
