import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withHub } from '../auth/hub.fixture.ts'
import type { AccountPrincipal } from '../auth/principal.ts'
import { getMe } from './me.ts'

test('an account learns of itself what its schema says, and nothing else', () =>
  withHub(async ({ accounts, tokens, addAccount }) => {
    const accountId = await addAccount('007')
    const { text, id } = await tokens.create({ accountId, name: 'n', scope: 5 })
    const request = {
      use: 'api',
      address: '::1',
      userAgent: undefined,
      method: 'GET',
      target: '/api/v1/me',
      scope: 'UserRead',
    } as const
    const asked = { ...request, origin: undefined, fromForeignPage: false }
    const principal = await tokens.verify({ text, form: 'header', ...asked })
    const ask = (as: AccountPrincipal | undefined) =>
      getMe.handle({ accounts, principal: as } as Parameters<typeof getMe.handle>[0])
    const answer = await ask(principal)
    assert.deepEqual(getMe.reply?.parse(answer), answer)
    assert.deepEqual(answer, {
      id: accountId,
      username: '007',
      tier: 'free',
      status: 'active',
      isMember: false,
      subscriptions: [],
      isModerator: false,
      email: '007@example.org',
      emailVerified: false,
      tokenScope: 5,
      buzzLimit: null,
      subject: { type: 'apiKey', id },
    })
    assert.ok(principal)
    await assert.rejects(async () => ask({ ...principal, accountId: accountId + 1 }), {
      failure: { kind: 'unauthorized' },
    })
  }))
