import { AsyncLocalStorage } from 'node:async_hooks'
import type { OnStatement } from '../db/database.ts'
import { AbandonedError, ReadQueueFullError, type Waiter, type Waiters } from '../db/read-queue.ts'

/** Tells what is done for one request to those who watch it, and to nobody else. */
export interface RequestContext {
  /** Runs a task; what is done for it, however deep and however late, is told to `onStatement`, and to who watches around it. */
  observe<Result>(onStatement: OnStatement, task: () => Result): Result
  /** Tells those who watch the task that runs. */
  onStatement: OnStatement
  /** Runs a task for `waiters`: its reads wait in their queues, and are dropped when all of them are gone. */
  runFor<Result>(waiters: Waiters, task: () => Result): Result
  /** The waiters of the running task; undefined for work of the hub itself. */
  waiters(): Waiters | undefined
}

/** The clients that wait for one result; others can join. */
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

/** Without a watched request, asking costs a few nanoseconds. */
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
