import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { formatMetrics } from './prometheus.ts'
import type { Snapshot } from './snapshot.ts'

/** Where Prometheus asks: a listener of its own, so that what is measured is told to nobody by the hub's own address. */
export interface ScrapeServer {
  /** Begins to listen; gives the address, with the port that was picked. */
  listen(at: { host: string; port: number }): Promise<{ host: string; port: number }>
  close(): Promise<void>
}

/** Answers `GET /metrics` with what `gather` gives: a snapshot of each process. */
export function createScrapeServer(
  collect: () => Promise<Snapshot[]>,
  onError: (error: unknown) => void,
): ScrapeServer {
  async function answer({ method, url = '/', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = url.split('?', 1)[0]
    if (path !== '/metrics') return send(response, 404, { text: 'Not found: /metrics is what there is\n' })
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return send(response, 405, { text: 'Method not allowed\n' })
    }
    send(response, 200, await formatMetrics(await collect(), headers.accept))
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      onError(error)
      send(response, 500, { text: 'What is measured could not be gathered: the log tells why\n' })
    })
  })
  return {
    async listen(at) {
      server.listen(at)
      await once(server, 'listening')
      return { host: at.host, port: (server.address() as AddressInfo).port }
    },
    async close() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function send(
  response: ServerResponse,
  status: number,
  { text, contentType = 'text/plain; charset=utf-8' }: { text: string; contentType?: string },
): void {
  const headers = { 'content-type': contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  // Of an answer to HEAD Node sends the headers alone.
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text)
}
