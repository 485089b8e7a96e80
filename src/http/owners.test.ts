import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { endpoint } from '../endpoints/core/define.ts'
import { withLibrary } from '../hub/library.fixture.ts'

const forOwners = endpoint({
  method: 'GET',
  path: '/api/v1/for-owners',
  category: 'authenticated',
  scope: 'UserWrite',
  owner: true,
  summary: 'What only owners see',
  reply: z.object({ role: z.string() }),
  handle: ({ principal: { role } }) => ({ role }),
})

test('what is for owners alone is refused to everybody else, a scope that lacks comes first', () =>
  withLibrary({ endpoints: [forOwners] }, async ({ addAccount, request }) => {
    const [owner, user] = [await addAccount({ role: 'owner' }), await addAccount()]
    const ask = async (authorization?: string) => {
      const answer = await request(forOwners.path, {
        ...(authorization !== undefined && { headers: { authorization } }),
      })
      return [answer.status, ((await answer.json()) as { error?: string; role?: string }).error]
    }
    assert.deepEqual(await ask(), [401, 'Unauthorized'])
    assert.deepEqual(await ask(`Bearer ${user}`), [403, 'Only an owner of this hub may do this'])
    assert.deepEqual(await ask(`Bearer ${owner}:UserRead`), [403, 'insufficient_scope'])
    assert.deepEqual(await ask(`Bearer ${owner}`), [200, undefined])
  }))
