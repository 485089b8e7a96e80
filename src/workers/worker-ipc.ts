import type { SetupCode } from '../auth/accounts/setup-code.ts'
import type { AttemptCounter } from '../rate-limit/attempt-counter.ts'
import type { LimitResult } from '../rate-limit/fixed-window.ts'
import type { WorkerBus } from '../worker-bus/worker-bus.ts'
import type { FromWorker, Question, ToWorker, WorkerStart } from './messages.ts'

/** How a worker sees the others of its hub, and what it shares with them. */
export interface WorkerIpc {
  workerBus: WorkerBus
  setupCode: SetupCode
  attemptCounter: AttemptCounter
  /** Takes what the supervisor says of the others. */
  take(message: ToWorker): void
}

/** Joins the others: `send` reaches the supervisor, which passes on and answers. */
export function openWorkerIpc(
  { count, latest }: Pick<WorkerStart, 'count' | 'latest'>,
  send: (message: FromWorker) => void,
): WorkerIpc {
  const listeners = new Map<string, (message: unknown) => void>()
  /** What was told before anybody here listened. */
  const unheard = new Map(latest)
  const works = new Map<string, () => Promise<void>>()
  const waiting = new Map<number, (answer: unknown) => void>()
  let lastId = 0

  /** The supervisor answers each question in the form that its kind calls for. */
  const ask = <Answer>(question: Question): Promise<Answer> => {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const id = ++lastId
    waiting.set(id, resolve)
    send({ kind: 'ask', id, question })
    return promise as Promise<Answer>
  }
  const hear = (channel: string, message: unknown) => {
    const listener = listeners.get(channel)
    if (listener) listener(message)
    else unheard.set(channel, message)
  }

  return {
    workerBus: {
      count,
      channel: <Message>(name: string, { retainLatest = false } = {}) => ({
        publish: (message: Message) => send({ kind: 'tell', channel: name, message, retainLatest }),
        subscribe(listener: (message: Message) => void) {
          // Of a channel all messages have the one type.
          listeners.set(name, listener as (message: unknown) => void)
          if (unheard.has(name)) listener(unheard.get(name) as Message)
          unheard.delete(name)
        },
      }),
      runOnAll(name, work) {
        works.set(name, work)
        return async () => {
          const others = ask({ kind: 'together', name })
          await work()
          await others
        }
      },
    },
    setupCode: {
      current: () => ask<string>({ kind: 'setup code' }),
      isRight: (given) => ask<boolean>({ kind: 'setup guess', given }),
    },
    attemptCounter: { count: (key, rate) => ask<LimitResult>({ kind: 'try', key, rate }) },
    take(message) {
      if (message.kind === 'told') hear(message.channel, message.message)
      if (message.kind === 'answer') {
        waiting.get(message.id)?.(message.answer)
        waiting.delete(message.id)
      }
      if (message.kind === 'do') {
        const { name, round } = message
        // What failed here is tried again by this worker; whoever asked has what there is.
        const done =
          works
            .get(name)?.()
            .catch(() => undefined) ?? Promise.resolve()
        done.then(() => send({ kind: 'done', round }))
      }
    },
  }
}
