import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/*
 * Loaded into a hub before it starts: watches how long the event loop of each of its processes is held up, and on SIGUSR2
 * writes the 99th percentile (milliseconds) of the time since the last look into a file beside the one that the environment names.
 * No TypeScript, so that the hub carries nothing that translates it.
 */
const report = process.env.MODELKEEP_BENCH_LOOP
if (isMainThread && report !== undefined) {
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  histogram.enable()
  process.on('SIGUSR2', () => {
    writeFileSync(`${report}.${process.pid}`, `${histogram.percentile(99) / 1e6}\n`)
    histogram.reset()
  })
}
