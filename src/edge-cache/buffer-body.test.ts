import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { bufferBody } from './buffer-body.ts'

test('a body passes while it is collected, into memory that holds nothing else', async () => {
  const { passed, whole } = bufferBody(Readable.from([Buffer.from('one, '), Buffer.from('two')]), 100)
  assert.equal(await text(passed), 'one, two')
  const body = await whole
  assert.equal(body?.toString(), 'one, two')
  assert.equal(body?.buffer.byteLength, 8)
})

test('one that is too large passes, and is not collected', async () => {
  const { passed, whole } = bufferBody(Readable.from([Buffer.alloc(60, 'a'), Buffer.alloc(60, 'b')]), 100)
  assert.equal((await text(passed)).length, 120)
  assert.equal(await whole, undefined)
})
