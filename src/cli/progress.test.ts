import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { ScanEvent, ScanSummary } from '../library/library.ts'
import { followScan, openProgress } from './progress.ts'
import { progressLine } from './progress-line.ts'
import { openRate } from './recent-rate.ts'

const reading = {
  kind: 'reading',
  doneFiles: 3,
  files: 12,
  doneBytes: 2e9,
  bytes: 8e9,
  path: '/models/a.gguf',
} as const
const summary: ScanSummary = {
  ...{ added: 1, changed: 0, unchanged: 0, removed: 0 },
  ...{ hashedFiles: 1, hashedBytes: 8, seconds: 1, complete: true, problems: [] },
}

test('the line tells files, bytes, rate and time left', () => {
  assert.equal(
    progressLine(reading, 500e6),
    '[======------------------] 25% | 3 of 12 files | 2 GB of 8 GB | 500 MB/s | 12 s left',
  )
  assert.equal(
    progressLine({ ...reading, doneBytes: 0 }, 0),
    `[${'-'.repeat(24)}] 0% | 3 of 12 files | 0 bytes of 8 GB`,
  )
  assert.match(progressLine({ ...reading, bytes: 0 }, undefined), /^\[=+-+\] 25% /)
  assert.match(progressLine({ ...reading, bytes: 8e12 }, 500e6), / \| 4 h 26 min left$/)
  assert.equal(
    progressLine({ kind: 'walking', directories: 1, files: 20 }, undefined),
    'looking: 20 files in 1 directory',
  )
})

test('the rate is that of the last seconds', () => {
  const rate = openRate()
  assert.equal(rate.bytesPerSecond(), undefined)
  rate.add(0, 0)
  rate.add(100, 100)
  assert.equal(rate.bytesPerSecond(), undefined, 'too early to tell')
  for (let second = 1; second <= 20; second += 1) rate.add(second * 1000, second * 1000)
  assert.equal(rate.bytesPerSecond(), 1000)
  for (let second = 21; second <= 40; second += 1) rate.add(20_000, second * 1000)
  assert.equal(rate.bytesPerSecond(), 0)
})

/** What was written to standard error while a scan was followed. */
async function drawn(events: () => AsyncIterable<ScanEvent>, { isTTY }: { isTTY: boolean }): Promise<string> {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 80 })
  let text = ''
  stream.on('data', (chunk) => {
    text += chunk
  })
  assert.equal(await followScan(events(), openProgress(stream)), summary)
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
  const progress = openProgress(stream)
  progress.show(reading)
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
