import { Worker } from 'node:worker_threads'

/** A worker thread that is there while it has work, and for a while after: each takes some 25 MB. */
export interface ThreadOnDemand<Question, Reply> {
  /**
   * Asks one question. `take` gets each reply, until it gives an answer or throws; then the next may be asked.
   * @throws ThreadEnded when the thread ends before, by {@link ThreadOnDemand.end} or because its memory was not enough
   */
  ask<Answer>(question: Question, take: (reply: Reply) => Answer | undefined): Promise<Answer>
  /** Ends the thread, whatever it does; another question starts it anew. */
  end(): Promise<void>
}

/** Its cause is why, unless somebody ended it. */
export class ThreadEnded extends Error {
  override name = 'ThreadEnded'

  isOutOfMemory(): boolean {
    return (this.cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
  }
}

const idleMilliseconds = 10_000

/**
 * `module` is the thread's, without its extension, beside `importer` (the `import.meta.url` of the caller): source and
 * built package differ in that alone.
 */
export function threadOnDemand<Question, Reply>({
  module,
  importer,
  memoryMegabytes,
}: {
  module: string
  importer: string
  memoryMegabytes?: number
}): ThreadOnDemand<Question, Reply> {
  const causes = new WeakMap<Worker, unknown>()
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined

  const start = (): Worker => {
    const started = new Worker(new URL(`${module}${importer.slice(-3)}`, importer), {
      name: module,
      ...(memoryMegabytes !== undefined && { resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes } }),
    })
    started.unref()
    // Whoever asked learns of both by the exit that follows.
    started.on('error', (error) => causes.set(started, error))
    started.on('messageerror', (error) => {
      causes.set(started, error)
      started.terminate()
    })
    started.once('exit', () => {
      if (worker === started) worker = undefined
    })
    return started
  }
  const end = async () => {
    clearTimeout(idle)
    const ended = worker
    worker = undefined
    await ended?.terminate()
  }

  return {
    ask(question, take) {
      clearTimeout(idle)
      worker ??= start()
      const asked = worker
      const { promise, resolve, reject } = Promise.withResolvers<NonNullable<ReturnType<typeof take>>>()
      const onMessage = (reply: Reply) => {
        try {
          const answer = take(reply)
          if (answer !== undefined) resolve(answer as NonNullable<typeof answer>)
        } catch (error) {
          reject(error)
        }
      }
      const onExit = () => reject(new ThreadEnded(`the thread ${module} ended`, { cause: causes.get(asked) }))
      asked.on('message', onMessage).on('exit', onExit).ref()
      asked.postMessage(question)
      return promise.finally(() => {
        asked.off('message', onMessage).off('exit', onExit).unref()
        idle = setTimeout(end, idleMilliseconds).unref()
      })
    },
    end,
  }
}
