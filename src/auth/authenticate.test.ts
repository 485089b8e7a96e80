import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createAuthenticate } from './authenticate.ts'
import { password, type TemporaryHub, withHub } from './hub.fixture.ts'
import type { Authenticate, PresentedCredentials } from './principal.ts'

const nothing: PresentedCredentials = {
  authorization: undefined,
  queryToken: undefined,
  cookie: undefined,
  address: '127.0.0.1',
  userAgent: undefined,
  use: 'api',
  method: 'GET',
  target: '/api/v1/me',
  scope: 'UserRead',
  origin: undefined,
  fromForeignPage: false,
}

type Asking = TemporaryHub & { who: (presented: Partial<PresentedCredentials>) => ReturnType<Authenticate> }

const withAuthenticate = (run: (hub: Asking) => Promise<void>) =>
  withHub((hub) => {
    const authenticate = createAuthenticate(hub)
    return run({ ...hub, who: (presented) => authenticate({ ...nothing, ...presented }) })
  })

test('the header beats the query, and a bad header is final', () =>
  withAuthenticate(async ({ who, tokens, addAccount }) => {
    const [ada, bob] = [await addAccount('Ada'), await addAccount('Bob')]
    const { text: adas } = await tokens.create({ accountId: ada, name: 'n', scope: 1 })
    const { text: bobs } = await tokens.create({ accountId: bob, name: 'n', scope: 1 })
    const accountOf = async (presented: Partial<PresentedCredentials>) => {
      const principal = await who(presented)
      return principal.kind === 'account' ? principal.accountId : undefined
    }
    assert.equal(await accountOf({ authorization: `bearer  ${adas}`, queryToken: bobs }), ada)
    assert.equal(await accountOf({ authorization: 'Bearer ', queryToken: bobs }), bob)
    assert.equal(await accountOf({ authorization: 'Bearer null', queryToken: bobs }), undefined)
    assert.equal(await accountOf({ authorization: `Basic ${adas}`, queryToken: bobs }), bob)
    assert.equal(await accountOf({ authorization: `Basic ${adas}` }), undefined)
    assert.equal(await accountOf({ authorization: adas }), undefined)
  }))

test('a session speaks where no token is presented, and a bad token does not fall back to it', () =>
  withAuthenticate(async ({ who, sessions, addAccount }) => {
    const accountId = await addAccount('Ada')
    const signedIn = await sessions.handler(
      new Request('http://hub.example/api/auth/sign-in/username', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'Ada', password }),
      }),
      '10.0.0.2',
    )
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0]
    const principal = await who({ cookie, authorization: 'Bearer', queryToken: '' })
    assert.ok(principal.kind === 'account' && principal.via.kind === 'session')
    assert.equal(principal.accountId, accountId)
    assert.deepEqual(await who({ cookie, authorization: 'Bearer None' }), { kind: 'anonymous' })
    assert.deepEqual(await who({ cookie, queryToken: 'expired' }), { kind: 'anonymous' })
  }))

test('whatever a client sends, it is answered as anonymous and nothing is thrown', () =>
  withAuthenticate(async ({ who }) => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((values) => Buffer.from(values).toString('latin1'))
    const hostile = fc.option(
      fc.oneof(
        bytes,
        bytes.map((text) => `Bearer ${text}`),
        bytes.map((text) => `Bearer mk_${text}, Bearer ${text}`),
        bytes.map((text) => `modelkeep.session_token=${text}`),
        fc.string({ unit: 'binary' }),
        fc.constantFrom(
          'x'.repeat(10_000),
          `Bearer ${'0'.repeat(10_000)}`,
          '\0',
          ' '.repeat(10_000),
          'a=;'.repeat(3000),
        ),
      ),
      { nil: undefined },
    )
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, hostile, async (authorization, queryToken, cookie, address = '') => {
        const presented = { authorization, queryToken, cookie, address, userAgent: authorization }
        assert.deepEqual(await who(presented), { kind: 'anonymous' })
      }),
      { numRuns: 300 },
    )
  }))
