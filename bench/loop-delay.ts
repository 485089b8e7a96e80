import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type BenchServer, program, startServer } from './processes.ts'

/** A hub that tells how long its event loops are held up. */
export interface WatchedHub extends BenchServer {
  /** 99th percentile since the last look, in milliseconds, of one of its processes. */
  loopDelay(pid?: number): Promise<number>
}

/** Starts `modelkeep` with these arguments so that its event loops are watched. */
export async function startWatchedHub(
  args: readonly string[],
  options: Parameters<typeof startServer>[2] = {},
): Promise<WatchedHub> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-loop-'))
  const report = join(directory, 'delay')
  const watched = ['./bench/loop-delay-preload.js', program, ...args]
  const server = await startServer('--import', watched, { ...options, env: { MODELKEEP_BENCH_LOOP: report } })
  return {
    ...server,
    async loopDelay(pid = server.pid) {
      const file = `${report}.${pid}`
      await rm(file, { force: true })
      process.kill(pid, 'SIGUSR2')
      for (;;) {
        const text = await readFile(file, 'utf8').catch(() => '')
        if (text.endsWith('\n')) return Number(text)
        await sleep(20)
      }
    },
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
