import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSetupCode } from '../auth/accounts/setup-code.ts'
import { openAttemptCounter } from '../rate-limit/attempt-counter.ts'
import { type CountUpdate, openFixedWindowLimiter } from '../rate-limit/fixed-window.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { openSupervisorIpc, type SupervisorIpc } from './supervisor-ipc.ts'
import { openWorkerIpc, type WorkerIpc } from './worker-ipc.ts'

/* Workers and their supervisor in one process, with what they say to each other as the text that it is on its way. */

interface Together {
  /** Begins a worker that joins the others. */
  join(worker: number): WorkerIpc
  leave(worker: number): void
  /** Delivers what is on its way, and what follows of it. */
  settle(): Promise<void>
  newCodes: string[]
}

function together(): Together {
  const members = new Map<number, WorkerIpc>()
  const newCodes: string[] = []
  const exchange: SupervisorIpc = openSupervisorIpc({
    workers: () => [...members.keys()],
    send: (worker, message) => {
      const text = JSON.stringify(message)
      setImmediate(() => members.get(worker)?.receive(JSON.parse(text) as ToWorker))
    },
    setupCode: openSetupCode((code) => newCodes.push(code)),
    attemptCounter: openAttemptCounter(),
  })
  return {
    newCodes,
    join(worker) {
      const joined = openWorkerIpc({ count: 3, latest: exchange.latest() }, (message: FromWorker) => {
        if (message.kind !== 'tell' && message.kind !== 'ask' && message.kind !== 'done') return
        const said = JSON.parse(JSON.stringify(message))
        setImmediate(() => exchange.receive(worker, said))
      })
      members.set(worker, joined)
      return joined
    },
    leave(worker) {
      members.delete(worker)
      exchange.removeWorker(worker)
    },
    async settle() {
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate)
    },
  }
}

test('what a worker tells reaches the others in order, and the latest those that start later, where it is kept', async () => {
  const hub = together()
  const heard: string[] = []
  const listen = (worker: number, name: string, retainLatest: boolean) => {
    const channel = hub.join(worker).workerBus.channel<string>(name, { retainLatest })
    channel.subscribe((message) => heard.push(`${worker} ${message}`))
    return channel
  }
  const [one] = [listen(1, 'kept', true), listen(2, 'kept', true)]
  one.publish('first')
  one.publish('second')
  await hub.settle()
  listen(3, 'kept', true)
  assert.deepEqual(heard, ['2 first', '2 second', '3 second'])

  hub.join(1).workerBus.channel('not kept').publish('lost')
  await hub.settle()
  listen(4, 'not kept', false)
  assert.equal(heard.length, 3)
})

test('work together ends when all have done it, whoever fails or ends meanwhile', async () => {
  const hub = together()
  const done: number[] = []
  const hanging = Promise.withResolvers<void>()
  const all = [1, 2, 3].map((worker) =>
    hub.join(worker).workerBus.runOnAll('write', async () => {
      done.push(worker)
      if (worker === 2) throw new Error('the disk is full')
      if (worker === 3) await hanging.promise
    }),
  )
  let hasEnded = false
  const work = all[0]?.().then(() => {
    hasEnded = true
  })
  await hub.settle()
  assert.deepEqual([done.sort(), hasEnded], [[1, 2, 3], false])
  hub.leave(3)
  await work
  hub.leave(2)
  await all[0]?.()
  assert.deepEqual(done, [1, 2, 3, 1], 'nobody else is there')
})

test('tries are counted exactly, and the setup code is one, whichever worker is asked', async () => {
  const hub = together()
  const workers = [hub.join(1), hub.join(2)]
  const counted = await Promise.all(
    Array.from({ length: 8 }, (_, index) => workers[index % 2]?.attemptCounter.count('a', { most: 5, seconds: 60 })),
  )
  assert.equal(counted.filter((found) => found?.admitted).length, 5)

  const code = (await workers[0]?.setupCode.current()) ?? ''
  assert.equal(await workers[1]?.setupCode.isRight(code), true)
  for (let guess = 0; guess < 10; guess++) assert.equal(await workers[guess % 2]?.setupCode.isRight('0000-0000'), false)
  assert.deepEqual(hub.newCodes, [await workers[1]?.setupCode.current()])
  assert.notEqual(hub.newCodes[0], code)
})

test('windows of several workers admit together no more than the rate, and speak no more once it is reached', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const hub = together()
  const windows = [1, 2].map((worker) => {
    const channel = hub.join(worker).workerBus.channel<CountUpdate>('limit')
    let published = 0
    const counting = {
      ...channel,
      publish: (counts: CountUpdate) => channel.publish(counts.filter(() => ++published > 0)),
    }
    return {
      ...openFixedWindowLimiter({ most: 20, seconds: 60 }, { now: () => 0, channel: counting }),
      published: () => published,
    }
  })
  let admitted = 0
  for (let time = 0; time < 60; time++) {
    if (windows[time % 2]?.count('a').admitted) admitted++
    context.mock.timers.tick(10)
    await hub.settle()
  }
  assert.equal(admitted, 20)
  assert.deepEqual(
    windows.map(({ published }) => published()),
    [10, 10],
  )
})
