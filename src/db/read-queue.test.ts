import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { openWaiters } from '../request-context/request-context.ts'
import type { QueueName } from './fair-queue.ts'
import { AbandonedError, openReadQueue, ReadQueueFullError, type Waiters } from './read-queue.ts'

/** A queue before one thread, whose jobs end when the test says so. */
function setUp(limits?: { maxWaiting?: number; maxWaitMs?: number }) {
  let current: Waiters | undefined
  const begun: { name: string; end: (runMs?: number) => void; fail: () => void }[] = []
  const queue = openReadQueue(['thread'], () => current, { jobsPerThread: 1, ...limits })
  const ask = (name: string, waiters: Waiters | undefined) => {
    current = waiters
    const asked = queue.run(() => {
      const { promise, resolve, reject } = Promise.withResolvers<{ runMs: number; name: string }>()
      begun.push({ name, end: (runMs = 1) => resolve({ runMs, name }), fail: () => reject(new Error('failed')) })
      return promise
    })
    asked.catch(() => undefined)
    return asked
  }
  const names = () => begun.map(({ name }) => name)
  return { queue, ask, begun, names }
}

function waiter(name: QueueName) {
  const listeners = new Set<() => void>()
  let gone = false
  let leavesTooMuchUnread = false
  const waiters = openWaiters({
    ...name,
    isGone: () => gone,
    onGone(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    leavesTooMuchUnread: () => leavesTooMuchUnread,
  })
  const leave = () => {
    gone = true
    for (const listener of [...listeners]) listener()
  }
  const stopReading = () => {
    leavesTooMuchUnread = true
  }
  return { waiters, leave, stopReading, listeners }
}
const network = (key: string) => waiter({ share: 'anonymous', key })
const account = (key: string) => waiter({ share: 'accounts', key })

test('a thread has one job at a time, and a caller who is known is next whatever others have waiting', async () => {
  const { ask, begun, names, queue } = setUp()
  for (let count = 0; count < 100; count++) ask(`flood ${count}`, network('n').waiters)
  const known = ask('known', account('ada').waiters)
  assert.deepEqual([names(), queue.pending()], [['flood 0'], 101])
  begun[0]?.end()
  await turn()
  assert.deepEqual(names(), ['flood 0', 'known'])
  begun[1]?.end()
  assert.deepEqual(await known, { runMs: 1, name: 'known' })
})

test('what would wait too long is refused at once and tells when to come again; other queues go on', async () => {
  const { ask, begun } = setUp({ maxWaiting: 3 })
  for (let count = 0; count < 4; count++) ask('flood', network('n').waiters)
  await assert.rejects(ask('flood', network('n').waiters), (error) => {
    assert.ok(error instanceof ReadQueueFullError)
    assert.ok(Number.isInteger(error.retryAfterSeconds) && error.retryAfterSeconds >= 1)
    return true
  })
  const other = ask('other', network('m').waiters)
  for (let index = 0; index < 5; index++) {
    begun[index]?.end()
    await turn()
  }
  assert.equal((await other).name, 'other')

  const slow = setUp({ maxWaitMs: 100 })
  for (let index = 0; index < 30; index++) {
    const asked = slow.ask('slow', network('n').waiters)
    slow.begun.at(-1)?.end(1000)
    await asked
    await turn()
  }
  slow.ask('runs', network('n').waiters)
  slow.ask('waits', network('n').waiters)
  await assert.rejects(slow.ask('too long', network('n').waiters), ReadQueueFullError)
})

test('the hub itself is never refused', async () => {
  const { ask, begun } = setUp({ maxWaiting: 1 })
  const asked = Array.from({ length: 10 }, () => ask('hub', undefined))
  for (let index = 0; index < 10; index++) {
    begun[index]?.end()
    await turn()
  }
  assert.equal((await Promise.all(asked)).length, 10)
})

test('a job whose client has left is dropped before it begins', async () => {
  const { ask, begun, names, queue } = setUp()
  ask('first', network('n').waiters)
  const { waiters, leave } = network('n')
  const dropped = ask('dropped', waiters)
  ask('next', network('n').waiters)
  leave()
  await assert.rejects(dropped, AbandonedError)
  assert.equal(queue.pending(), 2)
  begun[0]?.end()
  await turn()
  assert.deepEqual(names(), ['first', 'next'])
  await assert.rejects(ask('late', waiters), AbandonedError)
})

test('a job that several wait for is done as long as one is there, in the best of their turns', async () => {
  const { ask, begun, names } = setUp()
  ask('first', network('flood').waiters)
  for (let count = 0; count < 20; count++) ask('flood', network('flood').waiters)
  const [flooding, known] = [network('flood'), account('ada')]
  const shared = ask('shared', flooding.waiters)
  flooding.waiters.join(known.waiters)
  flooding.leave()
  begun[0]?.end()
  await turn()
  assert.deepEqual(names(), ['first', 'shared'])
  begun[1]?.end()
  assert.equal((await shared).name, 'shared')
})

test('a job that fails frees its thread', async () => {
  const { ask, begun, names } = setUp()
  const failing = ask('failing', network('n').waiters)
  ask('next', network('n').waiters)
  begun[0]?.fail()
  await assert.rejects(failing, /failed/)
  await turn()
  assert.deepEqual(names(), ['failing', 'next'])
})

test('nothing further is read for a network whose clients leave too much unread, also where it waits already', async () => {
  const { ask, begun, names } = setUp()
  ask('other', network('m').waiters)
  const flood = network('n')
  const waiting = ask('waits', flood.waiters)
  flood.stopReading()
  await assert.rejects(ask('too late', flood.waiters), ReadQueueFullError)
  begun[0]?.end()
  await assert.rejects(waiting, ReadQueueFullError)
  ask('known', account('ada').waiters)
  assert.deepEqual(names(), ['other', 'known'])
})

test('a result that a client which reads waits for as well is made', async () => {
  const { ask, begun } = setUp()
  ask('other', network('m').waiters)
  const [flood, reader] = [network('n'), network('o')]
  const shared = ask('shared', flood.waiters)
  flood.waiters.join(reader.waiters)
  flood.stopReading()
  begun[0]?.end()
  await turn()
  begun[1]?.end()
  assert.deepEqual(await shared, { runMs: 1, name: 'shared' })
})

test('a job listens to a waiter only while it waits', async () => {
  const { ask, begun } = setUp()
  const waiter = network('n')
  for (let count = 0; count < 3; count++) ask(`read ${count}`, waiter.waiters)
  assert.equal(waiter.listeners.size, 2)
  begun[0]?.end()
  await turn()
  assert.equal(waiter.listeners.size, 1)
  begun[1]?.end()
  await turn()
  assert.equal(waiter.listeners.size, 0)
})

test('a thread has its next job before it ends one, and the thread with the fewest jobs gets the next', async () => {
  const queue = openReadQueue(['a', 'b'])
  const begun: string[] = []
  const ends: (() => void)[] = []
  for (let count = 0; count < 5; count++)
    queue.run((thread) => {
      begun.push(thread)
      const { promise, resolve } = Promise.withResolvers<{ runMs: number }>()
      ends.push(() => resolve({ runMs: 1 }))
      return promise
    })
  assert.deepEqual([begun, queue.pending()], [['a', 'b', 'a', 'b'], 5])
  ends[1]?.()
  await turn()
  assert.deepEqual([begun.at(-1), queue.pending()], ['b', 4])
})
