/** Asks workers whether they are there: one whose event loop hangs keeps its connections, and is given new ones, and answers none. */
export interface HealthCheck {
  /** A worker has answered. */
  onPong(worker: number): void
  /** A worker has ended. */
  remove(worker: number): void
  stop(): void
}

/**
 * A minute of silence. Questions are counted and not the time, so that a machine that slept finds all of its workers where they
 * were.
 */
const maxUnanswered = 6
const defaultIntervalMs = 10_000

/** `workers` are those that serve, by number; `onSilent` is told of one that answers nothing any more. */
export function openHealthCheck({
  workers,
  ping,
  onSilent,
  everyMilliseconds = defaultIntervalMs,
}: {
  workers: () => number[]
  ping: (worker: number) => void
  onSilent: (worker: number) => void
  everyMilliseconds?: number | undefined
}): HealthCheck {
  const unanswered = new Map<number, number>()
  const timer = setInterval(() => {
    for (const worker of workers()) {
      const count = unanswered.get(worker) ?? 0
      unanswered.set(worker, count + 1)
      if (count < maxUnanswered) ping(worker)
      else onSilent(worker)
    }
  }, everyMilliseconds).unref()
  return {
    onPong: (worker) => void unanswered.delete(worker),
    remove: (worker) => void unanswered.delete(worker),
    stop: () => clearInterval(timer),
  }
}
