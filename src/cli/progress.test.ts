import assert from 'node:assert/strict'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { ScanEvent, ScanSummary } from '../library/library.ts'
import type { ScanState } from '../library/scan/scan-state.ts'
import { openNewsroom } from '../library/watch/library-events.ts'
import { followEvents, followScan, openProgress } from './progress.ts'
import { progressLine } from './progress-line.ts'

const amounts = { directories: 2, doneFiles: 3, files: 12, doneBytes: 2e9, bytes: 8e9, path: '/models/a.gguf' }
const reading: ScanEvent = { kind: 'reading', ...amounts }
const state: ScanState = { phase: 'reading', ...amounts, bytesPerSecond: 500e6, secondsLeft: 12, startedAt: 0 }
const summary: ScanSummary = {
  added: 1,
  changed: 0,
  unchanged: 0,
  removed: 0,
  hashedFiles: 1,
  hashedBytes: 8,
  seconds: 1,
  complete: true,
  problems: [],
}

test('the line tells files, bytes, rate and time left', () => {
  assert.equal(
    progressLine(state),
    '[======------------------] 25% | 3 of 12 files | 2 GB of 8 GB | 500 MB/s | 12 s left',
  )
  const early = { ...state, bytesPerSecond: null, secondsLeft: null }
  assert.equal(progressLine({ ...early, doneBytes: 0 }), `[${'-'.repeat(24)}] 0% | 3 of 12 files | 0 bytes of 8 GB`)
  assert.match(progressLine({ ...early, bytes: 0 }), /^\[=+-+\] 25% /)
  assert.match(progressLine({ ...state, secondsLeft: 15_996 }), / \| 4 h 26 min left$/)
  assert.equal(
    progressLine({ ...early, phase: 'walking', directories: 1, files: 20 }),
    'looking: 20 files in 1 directory',
  )
})

/** What was written to standard error while a scan was followed. */
async function drawn(events: () => AsyncIterable<ScanEvent>, { isTTY }: { isTTY: boolean }): Promise<string> {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 })
  let text = ''
  stream.on('data', (chunk) => {
    text += chunk
  })
  assert.equal(await followScan(events(), openProgress(stream, progressLine)), summary)
  return text
}

async function* scan(): AsyncGenerator<ScanEvent> {
  yield { kind: 'walking', directories: 1, files: 12 }
  await setTimeout(150)
  yield reading
  await setTimeout(150)
  yield { kind: 'done', summary }
}

test('a terminal shows one line that is gone in the end; elsewhere nothing is drawn', async () => {
  const text = await drawn(scan, { isTTY: true })
  assert.match(text, /looking: 12 files/)
  assert.match(text, /25% \| 3 of 12 files/)
  assert.ok(!text.includes('\n'))
  assert.ok(text.endsWith('\u001b[1G\u001b[2K'), 'the line is cleared')
  assert.equal(await drawn(scan, { isTTY: false }), '')
})

test('the line is gone as well when a scan fails, and it comes back after other lines', async () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  const progress = openProgress(stream, progressLine)
  progress.show(state)
  progress.clear()
  assert.ok(String(stream.read()).endsWith('\u001b[2K'))
  const failing = async function* (): AsyncGenerator<ScanEvent> {
    yield reading
    throw new Error('the disk is full')
  }
  await assert.rejects(followScan(failing(), progress), { message: 'the disk is full' })
  const again = String(stream.read())
  assert.ok(again.includes('25%') && again.endsWith('\u001b[2K'))
})

test('the scans that a serving hub tells of are drawn, and none is left when nobody listens any more', async () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 })
  const newsroom = openNewsroom()
  const drawing = followEvents(newsroom.listen({ kind: 'scan', state }), openProgress(stream, progressLine))
  await once(stream, 'readable')
  newsroom.close()
  await drawing
  const text = String(stream.read())
  assert.ok(text.includes('25%') && text.endsWith('\u001b[2K'), text)
})
