import type { SetupCode } from '../auth/setup-code.ts'
import type { Tries } from '../auth/tries.ts'
import type { Exchanged, Question, ToWorker } from './messages.ts'

/** Passes on what workers say to each other, and answers what they ask. */
export interface Exchange {
  take(from: number, said: Exchanged): void
  /** What a worker that starts now has to know. */
  latest(): [channel: string, message: unknown][]
  /** Nobody waits any longer for a worker that ended. */
  leave(worker: number): void
}

/** `workers` are those that can hear, by number; `setupCode` and `tries` are those of the hub. */
export function openExchange({
  workers,
  send,
  setupCode,
  tries,
}: {
  workers: () => number[]
  send: (worker: number, message: ToWorker) => void
  setupCode: SetupCode
  tries: Tries
}): Exchange {
  const latest = new Map<string, unknown>()
  /** Works that are done in all workers, with those that have not done it yet. */
  const rounds = new Map<number, { waitsFor: Set<number>; end: () => void }>()
  let lastRound = 0
  const others = (than: number) => workers().filter((worker) => worker !== than)

  const haveDone = (from: number, name: string): Promise<null> => {
    const waitsFor = new Set(others(from))
    if (waitsFor.size === 0) return Promise.resolve(null)
    const round = ++lastRound
    const { promise, resolve } = Promise.withResolvers<null>()
    rounds.set(round, { waitsFor, end: () => resolve(null) })
    for (const worker of waitsFor) send(worker, { kind: 'do', name, round })
    return promise
  }
  const isDone = (round: number, worker: number) => {
    const open = rounds.get(round)
    open?.waitsFor.delete(worker)
    if (open?.waitsFor.size !== 0) return
    rounds.delete(round)
    open.end()
  }
  const answerTo = (from: number, question: Question): Promise<unknown> => {
    switch (question.kind) {
      case 'setup code':
        return setupCode.current()
      case 'setup guess':
        return setupCode.isRight(question.given)
      case 'try':
        return tries.count(question.key, question.rate)
      case 'together':
        return haveDone(from, question.name)
    }
  }
  return {
    take(from, said) {
      if (said.kind === 'done') return isDone(said.round, from)
      if (said.kind === 'ask') {
        answerTo(from, said.question).then((answer) => send(from, { kind: 'answer', id: said.id, answer }))
        return
      }
      const { channel, message, keepsLatest } = said
      if (keepsLatest) latest.set(channel, message)
      for (const worker of others(from)) send(worker, { kind: 'told', channel, message })
    },
    latest: () => [...latest],
    leave(worker) {
      for (const round of rounds.keys()) isDone(round, worker)
    },
  }
}
