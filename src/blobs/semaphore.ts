/** Lets a few jobs run at once; others wait their turn, and when too many wait the next is refused. */
export interface Semaphore {
  /** Undefined when too many wait already. */
  run<Result>(job: () => Promise<Result>): Promise<Result> | undefined
}

export function openSemaphore({ maxConcurrent, maxQueued }: { maxConcurrent: number; maxQueued: number }): Semaphore {
  const waiting: (() => void)[] = []
  let running = 0

  const run = async <Result>(job: () => Promise<Result>): Promise<Result> => {
    try {
      return await job()
    } finally {
      // The turn is handed on, so that nobody who asks in between overtakes.
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
