import assert from 'node:assert/strict'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ByteSource } from './byte-source.ts'
import { readSafetensorsHeader } from './safetensors.ts'
import { summarizeTensors } from './tensor-summary.ts'
import { UnreadableHeader, type UnreadableReason } from './unreadable-header.ts'

const twoTensors = {
  __metadata__: { format: 'pt', ss_output_name: 'émoji 🦊' },
  small: { dtype: 'F16', shape: [2, 2], data_offsets: [0, 8] },
  large: { dtype: 'F32', shape: [4], data_offsets: [8, 24] },
}

test('a header is read from a file with its metadata and tensors', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'safetensors-'))
  try {
    const path = join(directory, 'model.safetensors')
    const bytes = file(JSON.stringify(twoTensors), 24)
    await writeFile(path, bytes)
    await using handle = await open(path)
    const header = await readSafetensorsHeader(handle, bytes.length)
    assert.equal(header.headerBytes, bytes.length - 24)
    assert.equal(header.metadata.ss_output_name, 'émoji 🦊')
    assert.deepEqual(header.tensors, [
      { name: 'small', dtype: 'F16', shape: [2, 2], begin: 0, end: 8 },
      { name: 'large', dtype: 'F32', shape: [4], begin: 8, end: 24 },
    ])
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('a summary counts bytes by type and names the largest tensor', async () => {
  const summary = summarizeTensors(await read(file(JSON.stringify(twoTensors), 24)), { checkpoint: false })
  assert.equal(summary.tensorCount, 2)
  assert.equal(summary.totalTensorBytes, 24)
  assert.deepEqual(summary.dtypeCounts, [
    { dtype: 'F32', count: 1, bytes: 16 },
    { dtype: 'F16', count: 1, bytes: 8 },
  ])
  assert.deepEqual(summary.largestTensor, { name: 'large', shape: [4], dtype: 'F32', sizeBytes: 16 })
  assert.equal(summary.vramEstimate, null)
})

test('only a checkpoint gets an estimate of its memory, without the weights kept for training', async () => {
  const header = await read(
    file(
      JSON.stringify({
        'model.diffusion_model.a': { dtype: 'F16', shape: [10], data_offsets: [0, 20] },
        'cond_stage_model.b': { dtype: 'F16', shape: [5], data_offsets: [20, 30] },
        'model_ema.c': { dtype: 'F16', shape: [20], data_offsets: [30, 70] },
      }),
      70,
    ),
  )
  const estimate = summarizeTensors(header, { checkpoint: true }).vramEstimate
  assert.equal(estimate?.residentWeightsBytes, 20)
  assert.equal(estimate?.fullyResidentWeightsBytes, 30)
})

test('a file of under eight bytes is too short', () => refused(Buffer.from('1234567'), 'too-short', /7 bytes/))

test('a length over 100 MB is refused before anything is read, up to the largest there is', async () => {
  for (const length of [100_000_001n, 2n ** 63n, 2n ** 64n - 1n])
    await refused(withLength(length, Buffer.alloc(100)), 'too-large', /100 MB/)
})

test('a header longer than its file is refused', () =>
  refused(withLength(93n, Buffer.alloc(92)), 'truncated', /93 bytes/))

test('what is not JSON, or not an object, is malformed', async () => {
  for (const json of ['', '{', 'null', '[]', '"text"', '{"a":1}', '[[[[', '{"a":{"dtype":"F16"}}'])
    await refused(file(json, 0), 'malformed')
})

test('a tensor must have the size of its shape, in order, in whole positive numbers', async () => {
  const bad: unknown[] = [
    { dtype: 'F16', shape: [2], data_offsets: [0, 2] },
    { dtype: 'F16', shape: [2], data_offsets: [4, 0] },
    { dtype: 'F16', shape: [2], data_offsets: [-4, 0] },
    { dtype: 'F16', shape: [1.5], data_offsets: [0, 3] },
    { dtype: 'F16', shape: [2 ** 31, 2 ** 31], data_offsets: [0, 2 ** 53] },
    { dtype: 'F16', shape: [2], data_offsets: [0, 1e300] },
  ]
  for (const entry of bad) await refused(file(JSON.stringify({ bad: entry }), 16), 'malformed', /"bad"/)
})

test('a file that was cut off says how much is missing and from which tensor on', async () => {
  await refused(file(JSON.stringify(twoTensors), 20), 'truncated', /4 bytes are missing, 1 of 2 tensors from "large"/)
})

test('a header of millions of values is refused instead of filling the memory', async () => {
  await refused(file(`{"a":[${'[],'.repeat(4_000_000)}0]}`, 0), 'too-large', /values/)
})

test('names that mean something to JavaScript are names like any other', async () => {
  const json = `{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"__metadata__":{"__proto__":"x","n":5}}`
  const header = await read(file(json, 1))
  assert.deepEqual(
    header.tensors.map(({ name }) => name),
    ['__proto__'],
  )
  assert.deepEqual(Object.keys(header.metadata), ['__proto__'])
  assert.equal(({} as Record<string, unknown>).dtype, undefined)
})

test('any bytes are either read or refused by name', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array(),
        fc.string().map((json) => file(json, 3)),
        fc.json().map((json) => file(json, 3)),
      ),
      async (bytes) => {
        try {
          await read(Buffer.from(bytes))
        } catch (error) {
          assert.ok(error instanceof UnreadableHeader)
        }
      },
    ),
  )
})

function file(json: string, dataBytes: number): Buffer {
  const text = Buffer.from(json)
  return withLength(BigInt(text.length), Buffer.concat([text, Buffer.alloc(dataBytes)]))
}

function withLength(length: bigint, rest: Buffer): Buffer {
  const prefix = Buffer.alloc(8)
  prefix.writeBigUInt64LE(length)
  return Buffer.concat([prefix, rest])
}

function sourceOf(bytes: Buffer): ByteSource {
  return {
    read: async (buffer, offset, length, position) => {
      const piece = bytes.subarray(position, position + length)
      buffer.set(piece, offset)
      return { bytesRead: piece.length }
    },
  }
}

function read(bytes: Buffer) {
  return readSafetensorsHeader(sourceOf(bytes), bytes.length)
}

async function refused(bytes: Buffer, reason: UnreadableReason, message = /./): Promise<void> {
  await assert.rejects(read(bytes), (error) => {
    assert.ok(error instanceof UnreadableHeader)
    assert.equal(error.reason, reason, error.message)
    assert.match(error.message, message)
    return true
  })
}

test('metadata with invalid UTF-8 is left out and reported, and never has replacement characters', async () => {
  const bytes = file(JSON.stringify({ ...twoTensors, __metadata__: { ss_output_name: 'fox~', format: 'pt' } }), 24)
  bytes[bytes.indexOf('~')] = 0xe9
  const { metadata, problems, tensors } = await read(bytes)
  assert.deepEqual(metadata, { format: 'pt' })
  assert.deepEqual(problems, ['The metadata "ss_output_name" in the header is not valid UTF-8; it is left out'])
  assert.equal(tensors.length, 2)
  const named = file(JSON.stringify(twoTensors), 24)
  named[named.indexOf('small')] = 0xe9
  await assert.rejects(read(named), { name: 'UnreadableHeader', reason: 'malformed', message: /not valid UTF-8/ })
})

test('a replacement character that the header itself holds is a character', async () => {
  const header = await read(file(JSON.stringify({ ...twoTensors, __metadata__: { note: '\uFFFD' } }), 24))
  assert.deepEqual([header.metadata, header.problems], [{ note: '\uFFFD' }, undefined])
})
