import { type FairQueue, openFairQueue, type QueueName } from './fair-queue.ts'

/** A client that waits for the result of a job. */
export interface Waiter extends QueueName {
  /** Whether its connection was closed before the response was complete. */
  isGone(): boolean
  /** Calls `listener` when its connection is closed or the response is complete; returns the function that stops this. */
  onGone(listener: () => void): () => void
  /** Whether clients of its account or network leave so many bytes of responses unread that nothing further is made for them. */
  leavesTooMuchUnread(): boolean
}

/** All clients that wait for the same result. The job is dropped when all of them are gone. */
export interface Waiters {
  readonly members: readonly Waiter[]
  /** Calls `listener` with each waiter that joins later; returns the function that stops this. */
  onJoin(listener: (waiter: Waiter) => void): () => void
}

/** The queue is so long that a request would wait too long, or too much of what was made is not read: 503 with `Retry-After`. */
export class ReadQueueFullError extends Error {
  override name = 'ReadQueueFullError'
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds: number) {
    super('too much waits to be read')
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** All clients that waited for the job are gone. */
export class AbandonedError extends Error {
  override name = 'AbandonedError'
}

export interface ReadQueue<Thread> {
  /**
   * Runs a job on the next free thread, in the best turn that one of its waiters has.
   * @throws ReadQueueFullError at once when it would wait too long, Abandoned when all who wait have gone before it began
   */
  run<Result extends { runMs: number }>(job: (thread: Thread) => Promise<Result>): Promise<Result>
  /** How many jobs wait or run. */
  pending(): number
}

/** Maximum number of waiting jobs of one account or network. */
const maxWaiting = 500
/** Maximum expected wait of a new job, in milliseconds. */
const maxWaitMs = 5000
/** Work of the hub itself, which no request waits for. */
const ofHub: QueueName = { share: 'hub', key: '' }

interface Job<Thread> {
  start(thread: Thread): Promise<{ runMs: number }>
  /** Called when it is taken from the queue or dropped. */
  left(): void
}

/**
 * Jobs that a thread has at once: one that runs, and the next one, so that the thread need not wait for it, nor be woken. A job that
 * comes later waits for both.
 */
const jobsPerThread = 2

/** Shares `threads` fairly among those who wait. `waiters` gives who waits for what is asked now. */
export function openReadQueue<Thread>(
  threads: readonly Thread[],
  waiters: () => Waiters | undefined = () => undefined,
  limits: { maxWaiting?: number; maxWaitMs?: number; jobsPerThread?: number } = {},
): ReadQueue<Thread> {
  const patienceMs = limits.maxWaitMs ?? maxWaitMs
  const queue: FairQueue<Job<Thread>> = openFairQueue()
  const maxJobs = limits.jobsPerThread ?? jobsPerThread
  const loads = threads.map((thread) => ({ thread, jobs: 0 }))
  /** The thread that has the fewest jobs, if it can take one more. */
  const freest = () => {
    const least = loads.reduce((best, load) => (load.jobs < best.jobs ? load : best))
    return least.jobs < maxJobs ? least : undefined
  }
  /** Milliseconds that a job has taken lately. */
  let usualMs = 1

  const startNext = () => {
    for (;;) {
      const load = freest()
      const next = load && queue.take()
      if (!next) return
      load.jobs++
      next.job.left()
      next.job.start(load.thread).then(({ runMs }) => {
        usualMs += (runMs - usualMs) / 10
        load.jobs--
        next.end(runMs)
        startNext()
      })
    }
  }
  /** Milliseconds until a new job would start. */
  const expectedWait = (name: QueueName) =>
    freest() ? 0 : (queue.waiting(name) * usualMs) / (queue.partOf(name) * threads.length)
  const hasRoom = (waiter: Waiter) =>
    !waiter.leavesTooMuchUnread() &&
    queue.waiting(waiter) < (limits.maxWaiting ?? maxWaiting) &&
    expectedWait(waiter) <= patienceMs

  return {
    run<Result extends { runMs: number }>(start: (thread: Thread) => Promise<Result>) {
      const waiting = waiters()
      const names: readonly QueueName[] = waiting ? waiting.members : [ofHub]
      // Work of the hub itself is never refused: it has few jobs at once and no client that could retry.
      const open = waiting ? waiting.members.filter(hasRoom) : names
      const [first] = names
      if (open.length === 0 && first)
        return Promise.reject(new ReadQueueFullError(Math.ceil(expectedWait(first) / 1000) || 1))
      const { promise, resolve, reject } = Promise.withResolvers<Result>()
      const askedAt = performance.now()
      const job: Job<Thread> = {
        left: () => leave?.(),
        async start(thread) {
          const began = performance.now()
          // Jobs of other queues went first, a statement took unusually long, or responses that were made meanwhile are not read.
          if (waiting && (began - askedAt > 2 * patienceMs || waiting.members.every(leavesTooMuchUnread))) {
            reject(new ReadQueueFullError(Math.ceil(patienceMs / 1000)))
            return { runMs: 0 }
          }
          try {
            const result = await start(thread)
            resolve(result)
            return result
          } catch (error) {
            reject(error)
            return { runMs: performance.now() - began }
          }
        },
      }
      let leave: (() => void) | undefined
      if (waiting) {
        const dropIfAbandoned = () => {
          if (leave === undefined || !waiting.members.every((member) => member.isGone())) return
          queue.remove(job)
          leave()
          reject(new AbandonedError())
        }
        const stops: (() => void)[] = []
        const watch = (member: Waiter) => stops.push(member.onGone(dropIfAbandoned))
        stops.push(
          waiting.onJoin((member) => {
            if (hasRoom(member)) queue.add(job, member)
            watch(member)
          }),
        )
        leave = () => {
          leave = undefined
          for (const stop of stops) stop()
        }
        if (waiting.members.every((member) => member.isGone())) {
          leave()
          return Promise.reject(new AbandonedError())
        }
        if (!freest()) for (const member of waiting.members) watch(member)
      }
      for (const name of open) queue.add(job, name)
      startNext()
      return promise
    },
    pending: () => queue.waiting() + loads.reduce((sum, { jobs }) => sum + jobs, 0),
  }
}

const leavesTooMuchUnread = (waiter: Waiter): boolean => waiter.leavesTooMuchUnread()
