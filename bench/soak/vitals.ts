import { setTimeout as sleep } from 'node:timers/promises'
import type { WatchedHub } from '../loop-delay.ts'
import { residentMegabytesOf } from '../processes.ts'
import { descriptorsOf } from './connections.ts'

/** How a process was at one moment. */
export interface Vitals {
  /** Since the soak began. */
  minutes: number
  pid: number
  megabytes: number
  /** 99th percentile since the last sample. */
  loopDelayMilliseconds: number
  /** Without sockets, which are as many as clients want. */
  descriptors: number
}

const betweenSamplesMilliseconds = 5000

/** Looks at the processes of a hub every five seconds until `signal`. */
export async function watchVitals(hub: WatchedHub, pids: readonly number[], signal: AbortSignal): Promise<Vitals[]> {
  const samples: Vitals[] = []
  const started = performance.now()
  while (!signal.aborted) {
    for (const pid of pids) {
      const descriptors = await descriptorsOf(pid)
      samples.push({
        minutes: (performance.now() - started) / 60_000,
        pid,
        megabytes: await residentMegabytesOf(pid),
        loopDelayMilliseconds: await hub.loopDelay(pid),
        descriptors: descriptors.filter((target) => !target.startsWith('socket:')).length,
      })
    }
    await sleep(betweenSamplesMilliseconds, undefined, { signal }).catch(() => undefined)
  }
  return samples
}

/** How much `y` grows with each unit of `x`: the slope of the line that is nearest to all points (least squares). */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [middleX, middleY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const covariance = mean(points.map(([x, y]) => (x - middleX) * (y - middleY)))
  const variance = mean(points.map(([x]) => (x - middleX) ** 2))
  return variance === 0 ? 0 : covariance / variance
}
