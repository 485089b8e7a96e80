import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Hub } from '../hub.ts'
import type { ScanEvent, ScanSummary, WatchListener } from '../library/library.ts'
import { followFolders } from './follow-folders.ts'
import { openProgress } from './progress.ts'

const progress = openProgress(process.stderr)
const summary: ScanSummary = {
  ...{ added: 0, changed: 1, unchanged: 0, removed: 0 },
  ...{ hashedFiles: 1, hashedBytes: 8, seconds: 1, complete: true, problems: [] },
}
const broken = { path: '/models/a.gguf', reason: 'is not GGUF' }

/** A library that gives what the disk might; and the log, as levels with messages. */
function hubWith(scan: () => AsyncGenerator<ScanEvent>, watch: (listener: WatchListener) => void = () => undefined) {
  const logged: string[] = []
  const write = (level: string) => (facts: object, message: string) =>
    void logged.push([level, message, JSON.stringify(facts instanceof Error ? facts.message : facts)].join(' '))
  const library = {
    scan,
    async watch(listener: WatchListener) {
      watch(listener)
      return { close: async () => void logged.push('watch closed') }
    },
  }
  const log = { info: write('info'), warn: write('warn'), error: write('error') }
  return { logged, hub: { library, log } as unknown as Pick<Hub, 'library' | 'log'> }
}

test('a scan that fails is logged, and the folders are followed nevertheless', async () => {
  const { hub, logged } = hubWith(async function* () {
    yield { kind: 'walking', directories: 1, files: 1 }
    throw new Error('database or disk is full')
  })
  const following = followFolders(hub, { progress, signal: new AbortController().signal })
  assert.equal(await following.firstScan, undefined)
  await following.close()
  assert.deepEqual(logged, ['error folders could not be read to their end "database or disk is full"', 'watch closed'])
})

test('a scan that fails because it was ended is no error', async () => {
  const ended = AbortSignal.abort()
  const { hub, logged } = hubWith(async function* () {
    yield { kind: 'walking', directories: 1, files: 1 }
    ended.throwIfAborted()
  })
  assert.equal(await followFolders(hub, { progress, signal: ended }).firstScan, undefined)
  assert.deepEqual(logged, [])
})

test('folders that cannot be watched are read all the same', async () => {
  const { hub, logged } = hubWith(
    async function* () {
      yield { kind: 'done', summary }
    },
    () => {
      throw new Error('too many files are watched')
    },
  )
  const following = followFolders(hub, { progress, signal: new AbortController().signal })
  assert.equal(await following.firstScan, summary)
  await following.close()
  assert.deepEqual(logged, ['error folders cannot be watched "too many files are watched"'])
})

test('what changes later has a line in the log, with the problems that were not told yet', async () => {
  let listener: WatchListener | undefined
  const { hub, logged } = hubWith(
    async function* () {
      yield { kind: 'done', summary: { ...summary, problems: [broken] } }
    },
    (given) => {
      listener = given
    },
  )
  await followFolders(hub, { progress, signal: new AbortController().signal }).firstScan
  listener?.onScanned({ ...summary, problems: [broken] })
  listener?.onScanned({ ...summary, problems: [broken, { ...broken, path: '/models/b.gguf' }] })
  listener?.onError(new Error('EMFILE'))
  const counts = '"added":0,"changed":1,"removed":0'
  assert.deepEqual(logged, [
    `info folders read {${counts}}`,
    `warn folders read, with problems {${counts},"problems":["/models/b.gguf: is not GGUF"]}`,
    'error folders could not be followed "EMFILE"',
  ])
})
