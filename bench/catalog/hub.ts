import { mkdir, readFile, rm } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cores } from '../cores.ts'
import { type BenchServer, startServer } from '../processes.ts'

/** A hub over a large catalog, asked over loopback. */
export interface CatalogHub extends BenchServer {
  /** Asks for what no cache holds, and gives the milliseconds until the whole answer was there. */
  ask(path: string, body?: string): Promise<number>
  /** The same, with the answer. */
  json<Value>(path: string): Promise<Value>
  /** 99th percentile of how long its event loop was held up since the last look, in milliseconds. */
  loopDelay(): Promise<number>
}

export async function startCatalogHub(data: string, on: keyof Cores = 'server'): Promise<CatalogHub> {
  const report = join(tmpdir(), `modelkeep-loop-${process.pid}.json`)
  // Without a folder that it knows, a hub makes a sample library.
  const folder = join(data, 'no-files')
  await mkdir(folder, { recursive: true })
  const serve = ['serve', folder, '--data', data, '--port', '0', '--workers', '1']
  const args = ['./bench/catalog/loop-delay.ts', 'src/cli/main.ts', ...serve]
  const server = await startServer('--import', args, { on, env: { MODELKEEP_BENCH_LOOP: report } })
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
    async loopDelay() {
      await rm(report, { force: true })
      process.kill(server.pid, 'SIGUSR2')
      for (;;) {
        const text = await readFile(report, 'utf8').catch(() => '')
        if (text.endsWith('\n')) return Number(text)
        await sleep(20)
      }
    },
    async stop() {
      agent.destroy()
      await server.stop()
      await rm(report, { force: true })
    },
  }
}
