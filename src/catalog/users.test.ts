import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertModels } from './catalog.fixture.ts'
import { withModels } from './models/models.fixture.ts'
import { openUsers, type Users } from './users.ts'

const withUsers = (names: readonly string[], run: (users: Users) => Promise<void>) =>
  withModels(async ({ database }) => {
    await insertModels(
      database,
      names.map((creator) => ({ creator })),
    )
    await run(openUsers(database))
  })

test('accounts are found by how their names begin, in any letter case, the shortest first, and no more than wanted', () =>
  withUsers(['Adamant', 'ada', 'ADAM', 'bob', 'add', '007', 'Ärger'], async (users) => {
    const named = async (prefix: string, most = 5) =>
      (await users.byName(prefix, { maxCount: most, among: 'all' })).map(({ username }) => username)
    assert.deepEqual(await named('aDa'), ['ada', 'ADAM', 'Adamant'])
    assert.deepEqual(await named('ad', 2), ['ada', 'add'])
    assert.deepEqual(await named('0'), ['007'])
    assert.deepEqual(await named('är'), ['Ärger'])
    assert.deepEqual(await named('_'), [])
  }))

test('accounts are found by their ids, each once', () =>
  withUsers(['ann', 'bob'], async (users) => {
    assert.deepEqual(
      (await users.byIds([3, 99, 2, 3], { prefix: '', among: 'all' })).map(({ id, username }) => [id, username]),
      [
        [2, 'ann'],
        [3, 'bob'],
      ],
    )
    assert.deepEqual(
      (await users.byIds([2, 3], { prefix: 'B', among: 'all' })).map(({ id }) => id),
      [3],
    )
    assert.deepEqual(await users.byIds([], { prefix: '', among: 'all' }), [])
  }))
