import type { SetupCode } from '../auth/accounts/setup-code.ts'
import type { AttemptCounter } from '../rate-limit/attempt-counter.ts'
import type { LimitResult } from '../rate-limit/fixed-window.ts'
import type { WorkerBus } from '../worker-bus/worker-bus.ts'
import type { FromWorker, ToWorker, WorkerRequest, WorkerStart } from './messages.ts'

/** How a worker sees the others of its hub, and what it shares with them. */
export interface WorkerIpc {
  workerBus: WorkerBus
  setupCode: SetupCode
  attemptCounter: AttemptCounter
  /** Takes what the supervisor says of the others. */
  receive(message: ToWorker): void
}

/** Joins the others: `send` reaches the supervisor, which passes on and answers. */
export function openWorkerIpc(
  { count, latest }: Pick<WorkerStart, 'count' | 'latest'>,
  send: (message: FromWorker) => void,
): WorkerIpc {
  const listeners = new Map<string, (message: unknown) => void>()
  /** What was told before anybody here listened. */
  const undelivered = new Map(latest)
  const tasks = new Map<string, () => Promise<void>>()
  const pending = new Map<number, (answer: unknown) => void>()
  let lastId = 0

  /** The supervisor answers each question in the form that its kind calls for. */
  const request = <Answer>(question: WorkerRequest): Promise<Answer> => {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const id = ++lastId
    pending.set(id, resolve)
    send({ kind: 'ask', id, question })
    return promise as Promise<Answer>
  }
  const deliver = (channel: string, message: unknown) => {
    const listener = listeners.get(channel)
    if (listener) listener(message)
    else undelivered.set(channel, message)
  }

  return {
    workerBus: {
      count,
      channel: <Message>(name: string, { retainLatest = false } = {}) => ({
        publish: (message: Message) => send({ kind: 'tell', channel: name, message, retainLatest }),
        subscribe(listener: (message: Message) => void) {
          // Of a channel all messages have the one type.
          listeners.set(name, listener as (message: unknown) => void)
          if (undelivered.has(name)) listener(undelivered.get(name) as Message)
          undelivered.delete(name)
        },
      }),
      runOnAll(name, work) {
        tasks.set(name, work)
        return async () => {
          const others = request({ kind: 'together', name })
          await work()
          await others
        }
      },
    },
    setupCode: {
      current: () => request<string>({ kind: 'setup code' }),
      isRight: (given) => request<boolean>({ kind: 'setup guess', given }),
    },
    attemptCounter: { count: (key, rate) => request<LimitResult>({ kind: 'try', key, rate }) },
    receive(message) {
      if (message.kind === 'told') deliver(message.channel, message.message)
      if (message.kind === 'answer') {
        pending.get(message.id)?.(message.answer)
        pending.delete(message.id)
      }
      if (message.kind === 'do') {
        const { name, round } = message
        // What failed here is tried again by this worker; whoever asked has what there is.
        const done =
          tasks
            .get(name)?.()
            .catch(() => undefined) ?? Promise.resolve()
        done.then(() => send({ kind: 'done', round }))
      }
    },
  }
}
