import { mkdir } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import type { Cores } from '../cores.ts'
import { startWatchedHub, type WatchedHub } from '../loop-delay.ts'

/** A hub over a large catalog, asked over loopback. */
export interface CatalogHub extends WatchedHub {
  /** Asks for what no cache holds, and gives the milliseconds until the whole answer was there. */
  ask(path: string, body?: string): Promise<number>
  /** The same, with the answer. */
  json<Value>(path: string): Promise<Value>
}

export async function startCatalogHub(
  data: string,
  { on = 'server', workers = 1 }: { on?: keyof Cores; workers?: number } = {},
): Promise<CatalogHub> {
  // Without a folder that it knows, a hub makes a sample library.
  const folder = join(data, 'no-files')
  await mkdir(folder, { recursive: true })
  const args = ['serve', folder, '--data', data, '--port', '0', '--workers', `${workers}`]
  const server = await startWatchedHub(args, { on })
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  let asked = 0
  const answer = async (path: string, body?: string): Promise<Buffer> => {
    const headers = { 'content-type': 'application/json' }
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // Parameters that nobody knows are ignored, and make each address another one.
      const address = `${server.origin}${path}${path.includes('?') ? '&' : '?'}asked=${++asked}`
      const asking = request(address, { agent, ...(body !== undefined && { method: 'POST', headers }) }, resolve)
      asking.on('error', reject)
      asking.end(body)
    })
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk as Buffer)
    if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${Buffer.concat(chunks)}`)
    return Buffer.concat(chunks)
  }
  return {
    ...server,
    async ask(path, body) {
      const started = performance.now()
      await answer(path, body)
      return performance.now() - started
    },
    json: async <Value>(path: string) => JSON.parse((await answer(path)).toString()) as Value,
    async stop() {
      agent.destroy()
      await server.stop()
    },
  }
}
