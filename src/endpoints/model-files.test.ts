import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { FileFixture, ModelFixture } from '../catalog/catalog.fixture.ts'
import { type LibraryFixture, withLibrary } from '../hub/library.fixture.ts'
import { openTensorReader } from '../library/headers/tensor-reader.ts'
import { getModelFileMetadata, getTensorMetadata } from './model-files.ts'

const withFiles = (run: (library: LibraryFixture) => Promise<void>) =>
  withLibrary({ endpoints: [getTensorMetadata, getModelFileMetadata], loginOnly: true }, run)

/** A well-formed safetensors file. */
function safetensors(tensors: Record<string, number[]>, metadata?: Record<string, string>): Buffer {
  let end = 0
  const entries = Object.entries(tensors).map(([name, shape]) => {
    const begin = end
    end += 2 * shape.reduce((product, size) => product * size, 1)
    return [name, { dtype: 'F16', shape, data_offsets: [begin, end] }]
  })
  const json = Buffer.from(
    JSON.stringify({ ...(metadata && { __metadata__: metadata }), ...Object.fromEntries(entries) }),
  )
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, Buffer.alloc(end)])
}

async function ask(
  library: LibraryFixture,
  bytes: Buffer,
  {
    model = {},
    file = {},
    query = '',
    what = 'tensor-metadata',
  }: { model?: ModelFixture; file?: FileFixture; query?: string; what?: 'tensor-metadata' | 'metadata' } = {},
) {
  const put = await library.putFile(`file${Math.random()}.safetensors`, bytes)
  await library.addModel({ type: 'Checkpoint', ...model, versions: [{ files: [{ ...put, ...file }] }] })
  const response = await library.request(`/api/v1/model-files/${put.id}/${what}${query}`)
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const sample = safetensors({ 'model.diffusion_model.a': [100, 10], 'first_stage_model.b': [5] })

test('the tensors of a checkpoint, with and without the list', () =>
  withFiles(async (library) => {
    const { status, body } = await ask(library, sample)
    assert.equal(status, 200)
    assert.equal(body.format, 'SafeTensor')
    assert.equal(body.tensorCount, 2)
    assert.equal(body.totalTensorBytes, 2010)
    assert.deepEqual(body.dtypeCounts, [{ dtype: 'F16', count: 2, bytes: 2010 }])
    assert.deepEqual(body.largestTensor, {
      name: 'model.diffusion_model.a',
      shape: [100, 10],
      dtype: 'F16',
      sizeBytes: 2000,
    })
    assert.equal((body.tensors as unknown[]).length, 2)
    assert.ok(body.vramEstimate)
    const short = await ask(library, sample, { model: { type: 'LORA' }, query: '?summaryOnly=true' })
    assert.equal(short.body.tensorCount, 2)
    assert.ok(!('tensors' in short.body))
    assert.equal(short.body.vramEstimate, null)
  }))

test('how a file was trained is told by its header', () =>
  withFiles(async (library) => {
    const trained = safetensors({ a: [2] }, { ss_epoch: '10', ss_tag_frequency: '{"sea":{"tide":7,"boat":9}}' })
    const { status, body } = await ask(library, trained, { what: 'metadata' })
    assert.equal(status, 200)
    assert.deepEqual(body.training, {
      epoch: 10,
      tags: [
        { tag: 'boat', count: 9 },
        { tag: 'tide', count: 7 },
      ],
    })
    assert.deepEqual((body.entries as unknown[])[0], { name: 'ss_epoch', value: '10', isCut: false })
    const silent = await ask(library, sample, { what: 'metadata' })
    assert.deepEqual(silent.body, { format: 'SafeTensor', entries: [], moreEntries: 0, training: null })
    const hidden = await ask(library, trained, { what: 'metadata', model: { availability: 'Private' } })
    assert.equal(hidden.status, 403)
    assert.equal((await ask(library, Buffer.from('short'), { what: 'metadata' })).status, 422)
  }))

test('a header that cannot be read is 422 with the reason, another format 400, an unknown or vanished file 404', () =>
  withFiles(async (library) => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from('short'),
      Buffer.alloc(100, 0xff),
      Buffer.from('\x05\0\0\0\0\0\0\0{not}'),
    ]) {
      const { status, body } = await ask(library, bytes)
      assert.equal(status, 422)
      assert.equal(typeof body.error, 'string')
    }
    assert.equal((await ask(library, sample, { file: { format: 'GGUF' } })).status, 422)
    assert.deepEqual(await ask(library, sample, { file: { format: 'PickleTensor' } }), {
      status: 400,
      body: { error: 'File format is not supported' },
    })
    const unknown = await library.request('/api/v1/model-files/77/tensor-metadata')
    assert.equal(unknown.status, 404)
    assert.deepEqual(await unknown.json(), { error: 'File not found' })
    assert.equal((await library.request('/api/v1/model-files/abc/tensor-metadata')).status, 400)
    const put = await library.putFile('gone.safetensors', sample)
    await library.addModel({ versions: [{ files: [put] }] })
    await rm(join(library.folder, 'gone.safetensors'))
    assert.equal((await library.request(`/api/v1/model-files/${put.id}/tensor-metadata`)).status, 404)
  }))

test('archived, disabled and private files do not show their inside', () =>
  withFiles(async (library) => {
    assert.deepEqual(await ask(library, sample, { model: { mode: 'Archived' } }), {
      status: 410,
      body: { error: 'Model archived, not available' },
    })
    assert.deepEqual(await ask(library, sample, { model: { downloads_disabled: 1 } }), {
      status: 403,
      body: { error: 'Downloads are disabled for this file' },
    })
    assert.deepEqual(await ask(library, sample, { model: { availability: 'Private' } }), {
      status: 403,
      body: { error: 'You do not have access to this file' },
    })
  }))

test('a header of a hundred thousand tensors is read outside the serving thread', () =>
  withFiles(async (library) => {
    const many = safetensors(
      Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`model.layers.${index}.weight`, [1]])),
    )
    const file = await library.putFile('many.safetensors', many)
    await library.addModel({ type: 'Checkpoint', versions: [{ files: [file] }] })
    const path = `/api/v1/model-files/${file.id}/tensor-metadata`
    const [processBefore, threadBefore] = [process.cpuUsage(), process.threadCpuUsage()]
    const summary = await library.request(`${path}?summaryOnly=true`)
    const list = await library.request(path)
    // Processor time, in microseconds: unlike a duration, it does not depend on what else the machine does.
    const used = process.cpuUsage(processBefore).user
    const usedByServing = process.threadCpuUsage(threadBefore).user
    assert.equal(((await summary.json()) as { tensorCount: number }).tensorCount, 100_000)
    assert.equal(list.status, 422)
    assert.ok(usedByServing < used / 2, `the serving thread used ${usedByServing} of ${used} µs`)
  }))

test('too many who ask at once are told to come back', async () => {
  const reader = openTensorReader({ mostWaiting: 2 })
  const question = {
    path: '/nowhere',
    sizeBytes: 10,
    format: 'SafeTensor',
    checkpoint: false,
    summaryOnly: true,
  } as const
  const answers = await Promise.all([1, 2, 3].map(() => reader.read(question)))
  assert.deepEqual(
    answers.map(({ kind }) => kind),
    ['unreadable', 'unreadable', 'busy'],
  )
  assert.equal((await reader.read(question)).kind, 'unreadable')
  await reader.close()
})
