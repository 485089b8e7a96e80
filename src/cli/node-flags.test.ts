import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { heapFlags } from './node-flags.ts'

test('the space for young objects stays what it is, however much lives through collections', () => {
  const script = `
    const kept = Array.from({ length: 3e6 }, (_, number) => ({ number }))
    const spaces = require('node:v8').getHeapSpaceStatistics()
    console.log(kept.length && spaces.find(({ space_name }) => space_name === 'new_space').space_size)`
  const bytes = Number(execFileSync(process.execPath, [...heapFlags, '-e', script], { encoding: 'utf8' }))
  // There are two halves, of which one may not be there between collections.
  assert.ok(bytes === 4 * 2 ** 20 || bytes === 8 * 2 ** 20, `${bytes}`)
})
