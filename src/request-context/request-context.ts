import { AsyncLocalStorage } from 'node:async_hooks'
import type { OnStatement } from '../db/database.ts'
import { AbandonedError, ReadQueueFullError, type Waiter, type Waiters } from '../db/read-queue.ts'

/** Carries a request's observers and waiting clients through asynchronous code (`AsyncLocalStorage`). */
export interface RequestContext {
  /** Runs a task. Each statement executed for it, however deep or late, is reported to `onStatement` and to enclosing observers. */
  observe<Result>(onStatement: OnStatement, task: () => Result): Result
  /** Reports an executed statement to the observers of the running task. */
  onStatement: OnStatement
  /** Runs a task for `waiters`: its reads wait in their queues and are dropped when all of these clients have gone. */
  runFor<Result>(waiters: Waiters, task: () => Result): Result
  /** Returns the waiters of the running task; undefined for the hub's own work. */
  waiters(): Waiters | undefined
}

/** The clients that wait for one result. Others can join. */
export interface OpenWaiters extends Waiters {
  join(others: Waiters): void
}

export function openWaiters(first: Waiter): OpenWaiters {
  const members = [first]
  const listeners = new Set<(waiter: Waiter) => void>()
  return {
    members,
    onJoin(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    join(others) {
      for (const member of others.members) {
        members.push(member)
        for (const listener of listeners) listener(member)
      }
    },
  }
}

/**
 * Returns when to retry a request that was refused because the queue of readers is too long, or dropped because its client is gone
 * (that response reaches no client); undefined for any other error.
 */
export function readRefusal(error: unknown): { retryAfterSeconds: number } | undefined {
  if (error instanceof ReadQueueFullError) return error
  return error instanceof AbandonedError ? { retryAfterSeconds: 1 } : undefined
}

/** Creates a request context. A look-up outside any request costs a few nanoseconds. */
export function openRequestContext(): RequestContext {
  const watching = new AsyncLocalStorage<OnStatement>()
  const waiting = new AsyncLocalStorage<Waiters>()
  return {
    runFor: (waiters, task) => waiting.run(waiters, task),
    waiters: () => waiting.getStore(),
    observe(onStatement, task) {
      const around = watching.getStore()
      const both: OnStatement = (statement) => {
        onStatement(statement)
        around?.(statement)
      }
      return watching.run(around ? both : onStatement, task)
    },
    onStatement: (statement) => watching.getStore()?.(statement),
  }
}
