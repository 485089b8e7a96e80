import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openFairQueue, type QueueName, type ShareName } from './fair-queue.ts'

const shares: ShareName[] = ['accounts', 'anonymous', 'hub']
const names = shares.flatMap((share) => ['a', 'b', 'c'].map((key): QueueName => ({ share, key })))
const nameOf = ({ share, key }: QueueName) => `${share} ${key}`
const account = (key: string): QueueName => ({ share: 'accounts', key })
const network = (key: string): QueueName => ({ share: 'anonymous', key })

type Step = { add: QueueName } | { take: number }
const steps = fc.array(
  fc.oneof(
    fc.record({ add: fc.constantFrom(...names) }),
    fc.record({ take: fc.integer({ min: 0, max: 1000 }) }),
  ) as fc.Arbitrary<Step>,
  { maxLength: 300 },
)

test('every job is taken once, in the order of its queue, whatever comes in between', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const queue = openFairQueue<{ name: string; number: number }>()
      const taken: { name: string; number: number }[] = []
      let added = 0
      const take = (cost: number) => {
        const next = queue.take()
        if (!next) return false
        taken.push(next.job)
        next.end(cost)
        return true
      }
      for (const step of all)
        if ('take' in step) take(step.take)
        else queue.add({ name: nameOf(step.add), number: added++ }, step.add)
      while (take(1));
      assert.equal(new Set(taken.map(({ number }) => number)).size, added)
      for (const name of names) {
        const numbers = taken.filter((job) => job.name === nameOf(name)).map(({ number }) => number)
        assert.deepEqual(
          numbers,
          numbers.toSorted((one, other) => one - other),
        )
      }
    }),
  )
})

test('queues that always have jobs get their part of the time, up to a job of each, after any history', () => {
  const cost = fc.integer({ min: 1, max: 50 })
  fc.assert(
    fc.property(steps, fc.array(cost, { minLength: names.length, maxLength: names.length }), (history, costs) => {
      const queue = openFairQueue<QueueName>()
      for (const step of history)
        if ('add' in step) queue.add({ ...step.add }, step.add)
        else queue.take()?.end(step.take % 50)
      const used = new Map(names.map((name) => [nameOf(name), 0]))
      let total = 0
      for (let round = 0; round < 3000; round++) {
        for (const name of names) if (queue.waiting(name) === 0) queue.add({ ...name }, name)
        const next = queue.take()
        assert.ok(next)
        const spent = costs[names.findIndex((name) => nameOf(name) === nameOf(next.job))] as number
        used.set(nameOf(next.job), (used.get(nameOf(next.job)) ?? 0) + spent)
        total += spent
        next.end(spent)
      }
      for (const name of names) queue.add({ ...name }, name)
      for (const name of names) {
        const due = total * queue.partOf(name)
        // The history may have left debts of as many jobs as it had.
        const slack = 50 * (history.length + 20)
        assert.ok(Math.abs((used.get(nameOf(name)) ?? 0) - due) <= slack, `${nameOf(name)}: ${used.get(nameOf(name))}`)
      }
    }),
    { numRuns: 30 },
  )
})

test('a caller who comes now and then waits for no more than one job of a flood, however many it has and whatever they cost', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 20, maxLength: 60 }), (costs) => {
      const queue = openFairQueue<string>()
      for (let flooder = 0; flooder < 50; flooder++)
        for (let count = 0; count < 40; count++) queue.add(`flood ${flooder} ${count}`, network(`${flooder}`))
      for (const [round, cost] of costs.entries()) {
        queue.take()?.end(cost)
        if (round % 3 !== 2) continue
        queue.add(`known ${round}`, account('ada'))
        const before = queue.take()
        before?.end(1)
        if (before?.job === `known ${round}`) continue
        const next = queue.take()
        next?.end(1)
        assert.equal(next?.job, `known ${round}`)
      }
    }),
  )
})

test('a busy account takes turns with the others, and anonymous callers keep a quarter beside it', () => {
  const queue = openFairQueue<{ name: string }>()
  for (let count = 0; count < 1000; count++) queue.add({ name: 'busy' }, account('busy'))
  for (let count = 0; count < 100; count++) {
    queue.add({ name: 'other' }, account('other'))
    queue.add({ name: 'anonymous' }, network('n'))
  }
  const counts: Record<string, number> = {}
  for (let count = 0; count < 160; count++) {
    const next = queue.take()
    assert.ok(next)
    counts[next.job.name] = (counts[next.job.name] ?? 0) + 1
    next.end(10)
  }
  assert.ok(Math.abs((counts.anonymous ?? 0) - 40) <= 2, `${counts.anonymous}`)
  assert.ok(Math.abs((counts.busy ?? 0) - (counts.other ?? 0)) <= 2)
})

test('a job that waits in two queues is taken by the first whose turn comes, and leaves the other', () => {
  const queue = openFairQueue<string>()
  for (const job of ['1', '2', '3']) queue.add(job, network('flood'))
  queue.add('shared', network('flood'))
  queue.add('shared', account('ada'))
  queue.add('shared', account('ada'))
  assert.equal(queue.waiting(account('ada')), 1)
  const taken = []
  for (let next = queue.take(); next; next = queue.take()) {
    taken.push(next.job)
    next.end(1)
  }
  assert.equal(taken.length, 4)
  assert.ok(taken.indexOf('shared') < 2)
  assert.equal(queue.waiting(), 0)
})
