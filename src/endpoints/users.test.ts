import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openUsers } from '../catalog/users.ts'
import { withLibrary } from '../hub/library.fixture.ts'
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

test('anonymous callers find only accounts that have published something; a caller with UserRead finds all', () =>
  withLibrary(
    { endpoints: [findUsers], more: async ({ database }) => ({ users: openUsers(database) }) },
    async ({ addModel, addAccount, request }) => {
      await addModel({ creator: 'personal' })
      const quiet = await addAccount()
      const namesOf = async (query: string, authorization?: string) => {
        const answer = await request(`/api/v1/users?${query}`, authorization ? { headers: { authorization } } : {})
        assert.equal(answer.status, 200)
        const { items } = (await answer.json()) as { items: { id: number; username: string }[] }
        return { ids: items.map(({ id }) => id), control: answer.headers.get('cache-control') }
      }
      const [creator = 0] = (await namesOf('query=personal')).ids
      const shared = 'public, s-maxage=300, stale-while-revalidate=150'
      for (const query of ['query=person', `ids=${creator},${quiet}`, `ids=${creator},${quiet}&query=per`]) {
        assert.deepEqual(await namesOf(query), { ids: [creator], control: shared }, query)
        const personal = await namesOf(query, `Bearer ${quiet}`)
        assert.deepEqual(new Set(personal.ids), new Set([creator, quiet]), query)
        assert.equal(personal.control, 'private, no-store')
        assert.deepEqual((await namesOf(query, `Bearer ${quiet}:UserRead`)).ids.length, 2, query)
        assert.deepEqual((await namesOf(query, `Bearer ${quiet}:ModelsRead`)).ids, [creator], 'without the scope')
        assert.deepEqual((await namesOf(query)).ids, [creator], 'what one caller gets is not shared')
      }
    },
  ))

const user = (id: number, username: string) => ({ id, username, avatarNsfw: 'None' })

test('users are found by how their names begin, five at most, the shortest first', () =>
  withHub(async (ask) => {
    const { status, body } = await ask('query=AD')
    assert.equal(status, 200)
    assert.deepEqual(body, { items: [user(3, 'Ada'), user(5, 'adb'), user(6, 'adc'), user(7, 'add'), user(8, 'ade')] })
    assert.deepEqual((await ask('query=00')).body, { items: [user(9, '007')] })
    assert.deepEqual((await ask('query=nobody')).body, { items: [] })
  }))

test('users are found by ids, in each form of a list, and no more than were asked for', () =>
  withHub(async (ask) => {
    const both = { items: [user(2, 'adamant'), user(4, 'bob')] }
    for (const query of ['ids=2,4', 'ids=4&ids=2', 'ids=2,4,2', 'ids=4,999,2', 'ids=2%2C%204'])
      assert.deepEqual((await ask(query)).body, both, query)
    assert.deepEqual((await ask('ids=2,4&query=BO')).body, { items: [user(4, 'bob')] }, 'both have to hold')
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
