import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ScanSummary } from '../library/library.ts'
import { formatBytes, formatSeconds } from './format.ts'
import { reportJson, reportLines } from './scan-report.ts'

const summary: ScanSummary = {
  added: 12,
  changed: 1,
  unchanged: 30,
  removed: 2,
  hashedFiles: 13,
  hashedBytes: 81_234_567_890,
  seconds: 252.4,
  complete: true,
  problems: [],
}
const problems = [
  { path: '/models/cut.safetensors', reason: 'ends before its header does' },
  { path: '/models/a\nb\u001b[31m.gguf', reason: 'is not GGUF' },
]

test('a person reads what changed, what was read, and every problem on a line of its own', () => {
  assert.deepEqual(reportLines(summary), [
    '12 added, 1 changed, 30 unchanged, 2 removed',
    'read 13 model files (81.2 GB) in 4 min 12 s',
  ])
  assert.deepEqual(reportLines({ ...summary, complete: false, problems }).slice(2), [
    'ended early; the next scan continues there',
    '2 problems:',
    '/models/cut.safetensors: ends before its header does',
    '/models/a\\u000ab\\u001b[31m.gguf: is not GGUF',
  ])
})

test('a program gets one JSON object', () => {
  const text = reportJson(['/models'], { ...summary, problems })
  assert.ok(!text.includes('\n'))
  assert.deepEqual(JSON.parse(text), { folders: ['/models'], ...summary, problems })
})

test('amounts are in units for people', () => {
  assert.deepEqual([0, 999, 1000, 1_234_000, 6.5e9, 3e18].map(formatBytes), [
    '0 bytes',
    '999 bytes',
    '1 kB',
    '1.23 MB',
    '6.5 GB',
    '3000 PB',
  ])
  assert.deepEqual([0.04, 3.44, 59.4, 59.9, 125, 3599.7, 9000].map(formatSeconds), [
    '0 s',
    '3.4 s',
    '59 s',
    '1 min 0 s',
    '2 min 5 s',
    '1 h 0 min',
    '2 h 30 min',
  ])
})
