import { persistentFamilies, type Snapshot, sumSnapshots } from '../metrics/snapshot.ts'
import type { ToWorker } from './messages.ts'

/** Asks the workers what they have counted. */
export interface MetricsAggregator {
  /** What each of them counted, and those did that have ended. */
  collect(): Promise<Snapshot[]>
  /** A worker's answer to a `measure`. */
  receive(worker: number, told: { round: number; snapshot: Snapshot }): void
  /** A worker has ended: what it told last is counted on, so that no sum runs backwards. */
  remove(worker: number): void
}

/** Nobody who asks waits longer for a worker that is too busy: what it told last stands in. */
const collectTimeoutMs = 2000

/** `workers` are those that can hear, by number. */
export function openMetricsAggregator({
  workers,
  send,
  own,
}: {
  workers: () => number[]
  /** What the supervisor has counted itself. */
  own: () => Snapshot
  send: (worker: number, message: ToWorker) => void
}): MetricsAggregator {
  const latest = new Map<number, Snapshot>()
  let gone: Snapshot = []
  const rounds = new Map<number, { waitsFor: Set<number>; end: () => void }>()
  let lastRound = 0

  const markReported = (round: number, worker: number) => {
    const open = rounds.get(round)
    open?.waitsFor.delete(worker)
    if (open?.waitsFor.size === 0) open.end()
  }
  return {
    async collect() {
      const waitsFor = new Set(workers())
      const round = ++lastRound
      const { promise, resolve } = Promise.withResolvers<void>()
      const bound = setTimeout(resolve, collectTimeoutMs).unref()
      rounds.set(round, { waitsFor, end: resolve })
      if (waitsFor.size === 0) resolve()
      for (const worker of waitsFor) send(worker, { kind: 'measure', round })
      await promise
      clearTimeout(bound)
      rounds.delete(round)
      return [own(), gone, ...latest.values()]
    },
    receive(worker, { round, snapshot }) {
      latest.set(worker, snapshot)
      markReported(round, worker)
    },
    remove(worker) {
      const snapshot = latest.get(worker)
      latest.delete(worker)
      if (snapshot) gone = sumSnapshots(gone, persistentFamilies(snapshot))
      for (const round of rounds.keys()) markReported(round, worker)
    },
  }
}
