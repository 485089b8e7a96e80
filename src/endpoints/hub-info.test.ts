import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAccounts } from '../auth/accounts/accounts.ts'
import { openSetup } from '../auth/accounts/setup.ts'
import { openSetupCode } from '../auth/accounts/setup-code.ts'
import { withLibrary } from '../hub/library.fixture.ts'
import { version } from '../version.ts'
import { getHub } from './hub-info.ts'

test('the hub tells everybody what it is, and whether somebody has to set it up', () =>
  withLibrary(
    {
      endpoints: [getHub],
      more: async ({ database }) => ({ setup: openSetup({ database, code: openSetupCode(() => undefined) }) }),
    },
    async ({ database, origin, request }) => {
      const answer = await request('/api/v1/hub')
      assert.equal(answer.headers.get('cache-control'), 'no-store, max-age=0')
      const told = {
        version,
        anonymousAccess: 'open',
        signUp: 'off',
        providers: [],
        longestTokenLifeDays: null,
        defaultBrowsingLevel: 1,
        defaultCreator: 'local',
        publicUrl: origin,
      }
      assert.deepEqual(await answer.json(), { ...told, setupNeeded: true })

      const ada = {
        username: 'ada',
        email: 'ada@example.org',
        password: 'correct horse battery',
        role: 'owner',
      } as const
      await openAccounts(database).create(ada)
      assert.deepEqual(await (await request('/api/v1/hub')).json(), { ...told, setupNeeded: false })
    },
  ))
