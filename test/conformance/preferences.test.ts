import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertRefused, read, startHub } from './hub.ts'
import { idsOfKind, levels, tidal } from './library.ts'
import { ModelList } from './shapes.ts'

const hub = await startHub({ accounts: ['ada', 'bob'] })
after(() => hub.close())
const [ada, bob] = await Promise.all([hub.createToken('ada'), hub.createToken('bob')])

const unauthorized = { error: 'Unauthorized' }
const idsFor = async (target: string, token?: string) =>
  read(await hub.ask(target, token === undefined ? {} : { token }), ModelList).items.map(({ id }) => id)
const sorted = (ids: number[]) => ids.toSorted((a, b) => a - b)

/** Marks or unmarks a model for the account of a token. */
async function mark(method: 'PUT' | 'DELETE', kind: 'favorites' | 'hidden', id: number, token: string) {
  const { status } = await hub.ask(`/api/v1/me/${kind}/${id}`, { method, token })
  assert.equal(status, 200)
}

test('23. favourites without a token are refused', async () => {
  for (const value of ['true', '1', 'maybe'])
    assertRefused(await hub.ask(`/api/v1/models?favorites=${value}`), 401, unauthorized)
})

test('24. favourites with an invalid token are refused', async () => {
  assertRefused(await hub.ask('/api/v1/models?favorites=true', { token: 'mk_unknown' }), 401, unauthorized)
  assertRefused(await hub.ask('/api/v1/models?favorites=true&token=mk_unknown'), 401, unauthorized)
})

test('25. asking for no favourites needs no token', async () => {
  const all = await idsFor('/api/v1/models')
  assert.deepEqual(await idsFor('/api/v1/models?favorites=false'), all)
  assert.deepEqual(await idsFor('/api/v1/models?favorites='), all)
})

test('26. favourites are those of the caller alone', async () => {
  assert.deepEqual(await idsFor('/api/v1/models?favorites=true', ada), [])
  await mark('PUT', 'favorites', tidal.modelId, ada)
  await mark('PUT', 'favorites', levels.modelId, ada)
  await mark('PUT', 'favorites', idsOfKind(1).modelId, bob)
  assert.deepEqual(sorted(await idsFor('/api/v1/models?favorites=true', ada)), [tidal.modelId, levels.modelId])
  assert.deepEqual(await idsFor('/api/v1/models?favorites=true', bob), [idsOfKind(1).modelId])
  await mark('DELETE', 'favorites', levels.modelId, ada)
  assert.deepEqual(await idsFor('/api/v1/models?favorites=true', ada), [tidal.modelId])
  assertRefused(await hub.ask('/api/v1/models?favorites=true'), 401, unauthorized)
})

test('27. hidden models are listed for the caller who hid them, and for nobody without a valid token', async () => {
  assertRefused(await hub.ask('/api/v1/models?hidden=true'), 401, unauthorized)
  assertRefused(await hub.ask('/api/v1/models?hidden=true', { token: 'mk_unknown' }), 401, unauthorized)
  assert.deepEqual(await idsFor('/api/v1/models?hidden=true', bob), [])
  const { modelId } = idsOfKind(2)
  await mark('PUT', 'hidden', modelId, bob)
  assert.deepEqual(await idsFor('/api/v1/models?hidden=true', bob), [modelId])
  assert.deepEqual(await idsFor('/api/v1/models?hidden=true', ada), [])
})

test('28. a hidden model leaves the list of the caller who hid it, and no other', async () => {
  const { modelId } = idsOfKind(3)
  const before = await idsFor('/api/v1/models', ada)
  assert.ok(before.includes(modelId))
  await mark('PUT', 'hidden', modelId, ada)
  assert.deepEqual(
    await idsFor('/api/v1/models', ada),
    before.filter((id) => id !== modelId),
  )
  assert.ok((await idsFor('/api/v1/models')).includes(modelId))
  assert.ok((await idsFor('/api/v1/models', bob)).includes(modelId))
  await mark('DELETE', 'hidden', modelId, ada)
  assert.ok((await idsFor('/api/v1/models', ada)).includes(modelId))
})
