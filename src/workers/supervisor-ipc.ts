import type { SetupCode } from '../auth/accounts/setup-code.ts'
import type { AttemptCounter } from '../rate-limit/attempt-counter.ts'
import type { BusMessage, ToWorker, WorkerRequest } from './messages.ts'

/** Passes on what workers say to each other, and answers what they ask. */
export interface SupervisorIpc {
  receive(from: number, said: BusMessage): void
  /** What a worker that starts now has to know. */
  latest(): [channel: string, message: unknown][]
  /** Nobody waits any longer for a worker that ended. */
  removeWorker(worker: number): void
}

/** `workers` are those that can hear, by number; `setupCode` and `tries` are those of the hub. */
export function openSupervisorIpc({
  workers,
  send,
  setupCode,
  attemptCounter,
}: {
  workers: () => number[]
  send: (worker: number, message: ToWorker) => void
  setupCode: SetupCode
  attemptCounter: AttemptCounter
}): SupervisorIpc {
  const latest = new Map<string, unknown>()
  const rounds = new Map<number, Round>()
  let lastRound = 0
  const others = (than: number) => workers().filter((worker) => worker !== than)

  const runOnOthers = (from: number, name: string): Promise<null> => {
    const waitsFor = new Set(others(from))
    if (waitsFor.size === 0) return Promise.resolve(null)
    const round = ++lastRound
    const { promise, resolve } = Promise.withResolvers<null>()
    const bound = setTimeout(() => end(round), runOnAllTimeoutMs).unref()
    rounds.set(round, { waitsFor, bound, resolve: () => resolve(null) })
    for (const worker of waitsFor) send(worker, { kind: 'do', name, round })
    return promise
  }
  const end = (round: number) => {
    const open = rounds.get(round)
    rounds.delete(round)
    clearTimeout(open?.bound)
    open?.resolve()
  }
  const markDone = (round: number, worker: number) => {
    const open = rounds.get(round)
    open?.waitsFor.delete(worker)
    if (open?.waitsFor.size === 0) end(round)
  }
  const responseTo = (from: number, question: WorkerRequest): Promise<unknown> => {
    switch (question.kind) {
      case 'setup code':
        return setupCode.current()
      case 'setup guess':
        return setupCode.isRight(question.given)
      case 'try':
        return attemptCounter.count(question.key, question.rate)
      case 'together':
        return runOnOthers(from, question.name)
    }
  }
  return {
    receive(from, said) {
      if (said.kind === 'done') return markDone(said.round, from)
      if (said.kind === 'ask') {
        responseTo(from, said.question).then((answer) => send(from, { kind: 'answer', id: said.id, answer }))
        return
      }
      const { channel, message, retainLatest } = said
      if (retainLatest) latest.set(channel, message)
      for (const worker of others(from)) send(worker, { kind: 'told', channel, message })
    },
    latest: () => [...latest],
    removeWorker(worker) {
      for (const round of rounds.keys()) markDone(round, worker)
    },
  }
}

/** A work that is done in all workers. */
interface Round {
  /** Those that have not done it yet. */
  waitsFor: Set<number>
  resolve: () => void
  bound: NodeJS.Timeout
}

/** Who asks waits no longer than this for a worker that is too busy to answer. */
const runOnAllTimeoutMs = 2000
