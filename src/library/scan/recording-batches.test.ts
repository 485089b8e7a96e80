import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safetensors, withLibraryFolder } from '../library.fixture.ts'
import { openRecordingBatches } from './recording-batches.ts'

/** Adds entries of one cluster one by one and returns the sizes of the batches, each taken when 32 or more are due. */
function batchesOf(count: number, keysOf: (index: number) => number[], limits?: { items: number; characters: number }) {
  const batches = openRecordingBatches<number>(limits)
  const taken: number[][] = []
  for (let index = 0; index < count; index++) {
    batches.add(index, { keys: keysOf(index), size: 10 })
    if (batches.due >= 32) taken.push(batches.take())
  }
  const rest = batches.takeAll()
  return rest.length > 0 ? [...taken, rest] : taken
}

/** Returns how many entries are read while these batches of one cluster are recorded: each batch reads all recorded ones. */
const readsOf = (batches: readonly number[][]) => {
  let there = 0
  let reads = 0
  for (const batch of batches) {
    there += batch.length
    reads += there
  }
  return reads
}

test('recording a cluster in batches reads a bounded number of entries for each recorded one', () => {
  for (const count of [1000, 4000, 16_000]) {
    const copies = batchesOf(count, (index) => [1, 1000 + index], { items: 1e9, characters: 1e9 })
    assert.deepEqual(copies.flat(), [...Array(count).keys()], 'each once, in order')
    assert.ok(readsOf(copies) <= 4 * count, `${readsOf(copies)} for ${count}`)
  }
  const chain = batchesOf(4000, (index) => [index, index + 1], { items: 1e9, characters: 1e9 })
  assert.equal(chain.flat().length, 4000)
  assert.ok(readsOf(chain) <= 4 * 4000, 'connected through others')
})

test('entries of small clusters do not wait', () => {
  const batches = openRecordingBatches<number>()
  for (let index = 0; index < 1000; index++) batches.add(index, { keys: [index % 20], size: 1 })
  assert.equal(batches.due, 1000)
  batches.add(1000, { keys: [], size: 1 })
  assert.deepEqual([batches.take().length, batches.hasWaiting], [1001, false])
})

test('a bounded number of entries and characters waits', () => {
  const most = (limits: { items: number; characters: number }) =>
    Math.max(...batchesOf(4000, () => [1], limits).map(({ length }) => length))
  assert.equal(most({ items: 200, characters: 1e9 }), 200)
  assert.equal(most({ items: 1e9, characters: 3000 }), 300)
})

test('two clusters that become connected are counted together', () => {
  const batches = openRecordingBatches<string>()
  for (let index = 0; index < 130; index++) batches.add('one', { keys: [1], size: 1 })
  for (let index = 0; index < 130; index++) batches.add('other', { keys: [2], size: 1 })
  batches.take()
  assert.equal(batches.hasWaiting, true)
  batches.add('both', { keys: [1, 2], size: 1 })
  assert.deepEqual([batches.due, batches.hasWaiting], [0, true])
  assert.equal(batches.takeAll().length, 5)
})

test('scanning copies takes few statements for each, and reads their cluster only a few times', async () => {
  const counts: { copies: number; statements: number; clusterReads: number }[] = []
  for (const copies of [500, 2000])
    await withLibraryFolder(async (fixture) => {
      for (let index = 0; index < copies; index++) await fixture.put(`copy ${index}.safetensors`, safetensors('one'))
      const before = fixture.statements.length
      const { added, problems } = await fixture.scan()
      assert.deepEqual([added, problems], [copies, []])
      assert.deepEqual(
        await fixture.rows(`select count(distinct file_id) as files, count(*) as places, count(distinct path) as paths,
          (select count(*) from library_entry) as entries, (select count(*) from model) as models from file_place`),
        [{ files: 1, places: copies, paths: copies, entries: copies, models: 1 }],
      )
      const statements = fixture.statements.slice(before)
      const clusterReads = statements.filter((sql) => sql.includes('with recursive reached')).length
      counts.push({ copies, statements: statements.length, clusterReads })
    })
  const [few, many] = counts
  assert.ok(few && many)
  assert.ok(many.statements <= 4.5 * few.statements, JSON.stringify(counts))
  assert.ok(many.statements / many.copies <= few.statements / few.copies, JSON.stringify(counts))
  // Batches of 32 entries would give 63.
  assert.ok(many.clusterReads <= 24, JSON.stringify(counts))
})
