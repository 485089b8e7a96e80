/** Limits concurrent jobs. Further jobs wait in a bounded queue. */
export interface Semaphore {
  /** Runs or queues a job. Returns undefined if the queue is full. */
  run<Result>(job: () => Promise<Result>): Promise<Result> | undefined
}

/** Opens a semaphore that runs `maxConcurrent` jobs at once and queues up to `maxQueued`, first in, first out. */
export function openSemaphore({ maxConcurrent, maxQueued }: { maxConcurrent: number; maxQueued: number }): Semaphore {
  const waiting: (() => void)[] = []
  let running = 0

  const run = async <Result>(job: () => Promise<Result>): Promise<Result> => {
    try {
      return await job()
    } finally {
      // Pass the slot directly to the next job, so that no new job overtakes the queue.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
  return {
    run(job) {
      if (running < maxConcurrent) {
        running++
        return run(job)
      }
      if (waiting.length >= maxQueued) return undefined
      return new Promise<void>((resolve) => waiting.push(resolve)).then(() => run(job))
    },
  }
}
