import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scopeMask, scopePresets } from '../src/auth/scopes.ts'
import { openTimings } from '../src/http/pipeline/server-timing.ts'
import { openRequestContext } from '../src/request-context/request-context.ts'
import { password, withHubServer } from './hub-server.fixture.ts'

/* Owners see where the time of their requests went; nobody else does, and no cache. */

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** What a header says: of each measure its duration, if it has one. */
const measures = (header: string | null): Map<string, number> =>
  new Map(
    (header ?? '').split(', ').map((measure): [string, number] => {
      const [, name = '', duration] =
        /^([\w-]+)(?:;dur=([\d.]+))?(?:;desc="[^"]*")?$/.exec(measure) ?? assert.fail(measure)
      return [name, Number(duration)]
    }),
  )

test('an owner is told how long each part took, signed in', () =>
  withHubServer(async ({ origin, request, addAccount, addModel }) => {
    await addModel({})
    await addAccount('olga', 'owner')
    const signedIn = await request('/api/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ email: 'olga@example.org', password }),
    })
    const cookie = signedIn.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ')
    const init = { headers: { cookie } }
    const answer = await request('/api/v1/models', init)
    assert.equal(answer.headers.get('cache-control'), 'private, no-store')
    const told = measures(answer.headers.get('server-timing'))
    assert.deepEqual([...told.keys()], ['total', 'auth', 'cache', 'db-wait', 'db-run', 'handle', 'write'])
    const of = (name: string) => told.get(name) ?? Number.NaN
    assert.ok(of('db-run') > 0)
    assert.ok(of('handle') >= of('db-run') && of('total') > of('handle'), 'parts are within the whole')
    assert.match(answer.headers.get('server-timing') ?? '', /db-run;dur=[\d.]+;desc="[1-9]\d* statements"/)
    for (const [target, status] of [
      ['/api/v1/models/999', 404],
      ['/api/v1/models?limit=x', 400],
    ] as const) {
      const failed = await request(target, init)
      assert.equal(failed.status, status)
      assert.ok(failed.headers.has('server-timing'), target)
    }
  }))

test('nobody else is', () =>
  withHubServer(async ({ request, addAccount, addToken, addModel }) => {
    await addModel({})
    const [owner, user] = [await addAccount('olga', 'owner'), await addAccount('ulf')]
    const origins = ['https://page.example']
    const tokens = [
      await addToken(user),
      await addToken(owner),
      await addToken(owner, { scope: scopePresets.ReadOnly }),
      await addToken(owner, { kind: 'publishable', scope: scopeMask(['UserRead', 'ModelsRead']), origins }),
    ]
    for (const init of [{}, ...tokens.map(bearer), bearer('mk_x'), { headers: { cookie: 'a=b' } }])
      for (const target of [
        '/api/v1/models',
        '/api/v1/models',
        '/api/v1/me',
        '/api/v1/models/999',
        '/healthz',
        '/docs',
      ])
        assert.ok(!(await request(target, init)).headers.has('server-timing'), `${target} ${JSON.stringify(init)}`)
  }))

test('what a cache may keep says nothing of it', () => {
  const timings = openTimings(openRequestContext(), { arrivedAt: 0, authMs: 0 })
  for (const caching of ['private, no-store', 'no-store, max-age=0'])
    assert.ok('server-timing' in timings.headers({ 'cache-control': caching }), caching)
  for (const caching of ['private, max-age=60', 'public, max-age=31536000, immutable', 'no-cache'])
    assert.deepEqual(timings.headers({ 'cache-control': caching }), {}, caching)
  assert.deepEqual(timings.headers({}), {})
})
