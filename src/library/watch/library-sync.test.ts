import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScanEvent, ScanSummary, WatchListener } from '../library.ts'
import type { LibraryEvent } from './library-events.ts'
import { openLibrarySync } from './library-sync.ts'

const summary: ScanSummary = {
  added: 0,
  changed: 1,
  unchanged: 0,
  removed: 0,
  hashedFiles: 1,
  hashedBytes: 8,
  seconds: 1,
  complete: true,
  problems: [],
}
const broken = { path: '/models/a.gguf', reason: 'is not GGUF' }
const walking: ScanEvent = { kind: 'walking', directories: 1, files: 1 }

/** Follows a library that gives what the disk might; with the log, as levels with messages. */
function follow(
  scan: (signal: AbortSignal) => AsyncGenerator<ScanEvent>,
  watch: (listener: WatchListener) => void = () => undefined,
) {
  const logged: string[] = []
  const write = (level: string) => (facts: object, message: string) =>
    void logged.push([level, message, JSON.stringify(facts instanceof Error ? facts.message : facts)].join(' '))
  const following = openLibrarySync({
    library: {
      scan: ({ signal = new AbortController().signal } = {}) => scan(signal),
      async watch(listener) {
        watch(listener)
        return { watches: (folder) => folder === '/models', close: async () => void logged.push('watch closed') }
      },
    },
    // The log takes more forms of a call than are made here.
    log: { info: write('info'), warn: write('warn'), error: write('error') } as never,
  })
  return { logged, following }
}

/** A scan that goes on when the test says so. */
function steps() {
  const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
  let runs = 0
  return {
    runs: () => runs,
    go: (step: number) => gates[step]?.resolve(),
    async *scan(): AsyncGenerator<ScanEvent> {
      runs++
      yield walking
      await gates[0]?.promise
      const amounts = { directories: 1, files: 2, doneFiles: 1, bytes: 100, doneBytes: 40, path: '/models/a.gguf' }
      yield { kind: 'reading', ...amounts }
      await gates[1]?.promise
      yield { kind: 'reading', ...amounts, doneBytes: 90 }
      await gates[2]?.promise
      yield { kind: 'done', summary }
    },
  }
}

const kindsOf = (news: readonly LibraryEvent[]) => news.map(({ kind }) => kind)

test('a scan that fails is logged, and the folders are followed nevertheless', async () => {
  const { following, logged } = follow(async function* () {
    yield walking
    throw new Error('database or disk is full')
  })
  assert.equal(await following.start(), undefined)
  assert.equal(following.scan(), null)
  assert.equal(following.watches('/models'), true)
  await following.close()
  assert.deepEqual(logged, ['error folders could not be read to their end "database or disk is full"', 'watch closed'])
})

test('a scan that fails because the hub closes is no error', async () => {
  const { following, logged } = follow(async function* (signal) {
    yield walking
    await new Promise((_, reject) => signal.addEventListener('abort', reject))
  })
  const first = following.start()
  const news = following.news()
  while ((await news.next()).value?.kind !== 'scan');
  await following.close()
  assert.equal(await first, undefined)
  assert.deepEqual(logged, ['watch closed'])
})

test('folders that cannot be watched are read all the same', async () => {
  const { following, logged } = follow(
    async function* () {
      yield { kind: 'done', summary }
    },
    () => {
      throw new Error('too many files are watched')
    },
  )
  assert.equal(await following.start(), summary)
  assert.equal(following.watches('/models'), false)
  await following.close()
  assert.deepEqual(logged, ['error folders cannot be watched "too many files are watched"'])
})

test('what changes later has a line in the log, with the problems that were not told yet', async () => {
  let listener: WatchListener | undefined
  const { following, logged } = follow(
    async function* () {
      yield { kind: 'done', summary: { ...summary, problems: [broken] } }
    },
    (given) => {
      listener = given
    },
  )
  await following.start()
  const done = (found: Partial<ScanSummary>) =>
    listener?.onScan({ kind: 'done', summary: { ...summary, problems: [broken], ...found } })
  done({})
  done({ problems: [broken, { ...broken, path: '/models/b.gguf' }] })
  done({ changed: 0 })
  listener?.onError(new Error('EMFILE'))
  const counts = '"added":0,"changed":1,"removed":0'
  assert.deepEqual(logged, [
    `info folders read {${counts}}`,
    `warn folders read, with problems {${counts},"problems":["/models/b.gguf: is not GGUF"]}`,
    'error folders could not be followed "EMFILE"',
  ])
})

test('who comes in the middle of a scan gets its state at once; who is slow the newest, and what was found in the end', async () => {
  const { scan, go } = steps()
  const { following } = follow(scan)
  const quick = following.news()
  const finished = following.start()
  assert.deepEqual((await quick.next()).value, { kind: 'changed' }, 'the watch')
  assert.equal((await quick.next()).value?.kind, 'scan')
  go(0)
  await quick.next()

  const late = following.news()
  const slow = following.news()
  const [{ value: told }] = [await late.next()]
  assert.ok(told?.kind === 'scan')
  assert.deepEqual([told.state.phase, told.state.doneBytes, told.state.path], ['reading', 40, '/models/a.gguf'])
  assert.deepEqual(following.scan(), told.state)

  go(1)
  const newest = await late.next()
  assert.ok(newest.value?.kind === 'scan' && newest.value.state.doneBytes === 90)
  assert.deepEqual(await slow.next(), newest, 'the state between is passed over')
  go(2)
  assert.equal(await finished, summary)
  assert.equal(following.scan(), null)
  const rest = Array.fromAsync(slow)
  assert.deepEqual(await late.next(), { done: false, value: { kind: 'scanned', summary } })
  await following.close()
  assert.deepEqual(kindsOf(await rest), ['scanned'])
  assert.equal((await late.next()).done, true)
})

test('a listener that leaves ends its own wait', async () => {
  const { following } = follow(steps().scan)
  const news = following.news()
  const waiting = news.next()
  await news.return()
  assert.equal((await waiting).done, true)
})

test('everything is read when asked for, once at a time', async () => {
  const { scan, go, runs } = steps()
  const { following, logged } = follow(scan)
  const news = following.news()
  following.scanEverything()
  following.scanEverything()
  for (const step of [0, 1, 2]) go(step)
  while ((await news.next()).value?.kind !== 'scanned');
  assert.equal(runs(), 1)
  following.scanEverything()
  while ((await news.next()).value?.kind !== 'scanned');
  assert.equal(runs(), 2)
  await following.close()
  assert.equal(logged[0], 'info folders read {"added":0,"changed":1,"removed":0}')
  following.scanEverything()
  assert.equal(runs(), 2, 'a hub that closes begins nothing')
})
