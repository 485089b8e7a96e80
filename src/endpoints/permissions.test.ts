import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withLibrary } from '../hub/library.fixture.ts'
import { checkPermissions } from './permissions.ts'

const withHub = (run: (ask: (query: string) => Promise<{ status: number; body: unknown }>) => Promise<void>) =>
  withLibrary({ endpoints: [checkPermissions] }, ({ request }) =>
    run(async (query) => {
      const answer = await request(`/api/v1/permissions/check?${query}`)
      return { status: answer.status, body: await answer.json() }
    }),
  )

test('no version may be used for generation, and each that was asked for is told of', () =>
  withHub(async (ask) => {
    const expected = { status: 200, body: { '5': false, '720012': false } }
    for (const query of [
      'entityIds=720012,5',
      'entityIds=5&entityIds=720012',
      'entityIds=5,5,720012&entityType=ModelVersion&permission=Generate&userId=3',
      'entityIds=5,720012&entityType=&permission=&userId=&unknown=1',
    ])
      assert.deepEqual(await ask(query), expected, query)
  }))

test('nothing asked, nothing told', () =>
  withHub(async (ask) => {
    for (const query of ['', 'entityIds=', 'entityIds=,'])
      assert.deepEqual(await ask(query), { status: 200, body: [] }, query)
  }))

test('what cannot be read is refused in the words of the site API', () =>
  withHub(async (ask) => {
    for (const query of [
      'entityIds=abc',
      'entityIds=1,x',
      'entityIds=1.5',
      'entityIds=-1',
      'entityIds=2147483648',
      'entityIds=1&entityType=Model',
      'entityIds=1&permission=Download',
      'entityIds=1&userId=me',
      `entityIds=${Array.from({ length: 1001 }, (_, index) => index).join()}`,
    ])
      assert.deepEqual(
        await ask(query),
        { status: 400, body: { error: 'Could not parse provided model versions array.' } },
        query.slice(0, 50),
      )
  }))
