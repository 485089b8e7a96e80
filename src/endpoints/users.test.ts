import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openUsers } from '../catalog/users.ts'
import { withLibrary } from './library.fixture.ts'
import { findUsers } from './users.ts'

const withHub = (run: (ask: (query: string) => Promise<{ status: number; body: unknown }>) => Promise<void>) =>
  withLibrary(
    { endpoints: [findUsers], more: async ({ database }) => ({ users: openUsers(database) }) },
    async ({ addModel, request }) => {
      for (const creator of ['adamant', 'Ada', 'bob', 'adb', 'adc', 'add', 'ade', '007']) await addModel({ creator })
      await run(async (query) => {
        const answer = await request(`/api/v1/users?${query}`)
        return { status: answer.status, body: await answer.json() }
      })
    },
  )

const user = (id: number, username: string) => ({ id, username, avatarNsfw: 'None' })

test('users are found by how their names begin, five at most, the shortest first', () =>
  withHub(async (ask) => {
    const { status, body } = await ask('query=AD')
    assert.equal(status, 200)
    assert.deepEqual(body, { items: [user(2, 'Ada'), user(4, 'adb'), user(5, 'adc'), user(6, 'add'), user(7, 'ade')] })
    assert.deepEqual((await ask('query=00')).body, { items: [user(8, '007')] })
    assert.deepEqual((await ask('query=nobody')).body, { items: [] })
  }))

test('users are found by ids, in each form of a list, and no more than were asked for', () =>
  withHub(async (ask) => {
    const both = { items: [user(1, 'adamant'), user(3, 'bob')] }
    for (const query of ['ids=1,3', 'ids=3&ids=1', 'ids=1,3,1', 'ids=3,999,1', 'ids=1%2C%203'])
      assert.deepEqual((await ask(query)).body, both, query)
    assert.deepEqual((await ask('ids=1,3&query=BO')).body, { items: [user(3, 'bob')] }, 'both have to hold')
  }))

test('who is not asked for is not told of', () =>
  withHub(async (ask) => {
    for (const query of ['', 'ids=', 'query=', 'unknown=1']) assert.deepEqual((await ask(query)).body, { items: [] })
  }))

test('ids that are no ids are refused', () =>
  withHub(async (ask) => {
    for (const query of ['ids=a', 'ids=1,b', 'ids=1.5', 'ids=-1', 'ids=2147483648']) {
      const { status, body } = await ask(query)
      assert.equal(status, 400, query)
      assert.match(JSON.stringify(body), /ids/)
    }
  }))
