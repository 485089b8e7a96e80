import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import { scopeMask, scopePresets } from '../auth/scopes.ts'
import { type Asked, type ServedTokens, withServedTokens } from '../hub/tokens.fixture.ts'
import { NewToken, Token } from './token-presentation.ts'

const day = 86_400_000
const path = '/api/v1/me/tokens'

/** A hub with an account, Ada, who is signed in. */
const withAda = (run: (hub: ServedTokens & { ada: number; cookie: string }) => Promise<void>) =>
  withServedTokens(async (hub) => {
    const ada = await hub.addAccount('Ada')
    await run({ ...hub, ada, cookie: await hub.signIn('Ada') })
  })

async function read<Schema extends z.ZodType>(answer: Promise<Response>, schema: Schema, status = 200) {
  const response = await answer
  const body = await response.json()
  assert.equal(response.status, status, JSON.stringify(body))
  assert.equal(response.headers.get('cache-control'), 'private, no-store')
  const parsed = schema.parse(body)
  assert.deepEqual(parsed, body)
  return parsed
}

const refused = async (answer: Promise<Response>) => {
  const response = await answer
  assert.equal(response.headers.get('cache-control'), 'private, no-store')
  return [response.status, ((await response.json()) as { error: unknown }).error]
}

const listed = async ({ request }: ServedTokens, as: Asked) => {
  const items = ((await (await request(path, as)).json()) as { items: unknown[] }).items
  return items.map((item) => Token.parse(item))
}

test('a token that was made in the settings is told once, works, and is listed first', () =>
  withAda(async (hub) => {
    const { request, cookie, clock } = hub
    const make = (json: object) => read(request(path, { method: 'POST', cookie, json }), NewToken, 201)
    const first = await make({ name: ' laptop ', scope: 'ReadOnly' })
    const expiresAt = new Date(clock.now + day).toISOString()
    const second = await make({
      name: 'ci',
      scope: ['ModelsRead', 'UserWrite'],
      expiresAt,
      networks: ['10.1.2.3/8', '::1'],
      queryPolicy: 'downloads',
    })
    assert.deepEqual(
      [first.name, first.preset, first.status, first.expiresAt, first.networks, first.queryPolicy],
      ['laptop', 'ReadOnly', 'active', null, [], 'always'],
    )
    assert.deepEqual(
      [second.preset, second.scopes, second.tokenScope, second.expiresAt, second.networks, second.queryPolicy],
      [null, ['UserRead', 'UserWrite', 'ModelsRead'], 7, expiresAt, ['10.0.0.0/8', '::1/128'], 'downloads'],
    )
    assert.equal(first.lastFour, first.token.slice(-4))
    assert.equal((await request('/api/v1/me', { token: first.token })).status, 200)
    const answer = await (await request(path, { cookie })).text()
    assert.ok(!answer.includes(first.token.slice(3, 20)))
    assert.deepEqual(
      (await listed(hub, { cookie })).map(({ id }) => id),
      [second.id, first.id],
    )
  }))

test('what a token cannot be is refused with one text, and nothing is made', () =>
  withAda(async (hub) => {
    const { request, cookie, clock } = hub
    const wrong: [object, RegExp][] = [
      [{ scope: 'Full' }, /`name`/],
      [{ name: ' ', scope: 'Full' }, /1 to 64/],
      [{ name: 'n' }, /`scope`/],
      [{ name: 'n', scope: 'Everything' }, /`scope`/],
      [{ name: 'n', scope: ['Everything'] }, /`scope`/],
      [{ name: 'n', scope: 'Full', expiresAt: 'tomorrow' }, /`expiresAt`/],
      [{ name: 'n', scope: 'Full', expiresAt: new Date(clock.now).toISOString() }, /future/],
      [{ name: 'n', scope: 'Full', networks: ['home'] }, /"home"/],
      [{ name: 'n', scope: 'Full', networks: Array.from({ length: 51 }, (_, index) => `10.0.0.${index}`) }, /50/],
      [{ name: 'n', scope: 'Full', queryPolicy: 'maybe' }, /`queryPolicy`/],
    ]
    for (const [json, message] of wrong) {
      const [status, error] = await refused(request(path, { method: 'POST', cookie, json }))
      assert.equal(status, 400, JSON.stringify(json))
      assert.match(String(error), message)
    }
    assert.deepEqual(await listed(hub, { cookie }), [])
  }))

test('rotated with an overlap both secrets work, and after it the new one alone', () =>
  withAda(async ({ request, cookie, ada, addToken, clock }) => {
    const { id, text } = await addToken(ada)
    const rotate = (json: object) => request(`${path}/${id}/rotate`, { method: 'POST', cookie, json })
    const renewed = await read(rotate({ overlapSeconds: 3600 }), NewToken, 201)
    assert.deepEqual(
      renewed.secrets.map(({ endsAt, lastFour }) => [endsAt, lastFour]),
      [
        [new Date(clock.now + 3_600_000).toISOString(), text.slice(-4)],
        [null, renewed.token.slice(-4)],
      ],
    )
    const statusOf = async (token: string) => (await request('/api/v1/me', { token })).status
    assert.deepEqual([await statusOf(text), await statusOf(renewed.token)], [200, 200])
    clock.now += 3_600_000
    assert.deepEqual([await statusOf(text), await statusOf(renewed.token)], [401, 200])
    for (const overlapSeconds of [-1, 2_592_001, 0.5, '1', null])
      assert.equal((await rotate({ overlapSeconds })).status, 400, String(overlapSeconds))
  }))

test('a revoked token is refused on the next request, says why it ended, and cannot be rotated', () =>
  withAda(async ({ request, cookie, ada, addToken }) => {
    const { id, text } = await addToken(ada)
    assert.equal((await request('/api/v1/me', { token: text })).status, 200)
    const revoked = await read(request(`${path}/${id}`, { method: 'DELETE', cookie }), Token)
    assert.deepEqual([revoked.status, revoked.revokedReason], ['revoked', 'revoked in the account settings'])
    assert.equal((await request('/api/v1/me', { token: text })).status, 401)
    const rotated = request(`${path}/${id}/rotate`, { method: 'POST', cookie, json: { overlapSeconds: 0 } })
    assert.deepEqual(await refused(rotated), [400, `Token ${id} is revoked`])
    const again = await read(request(`${path}/${id}`, { method: 'DELETE', cookie }), Token)
    assert.equal(again.revokedAt, revoked.revokedAt)
  }))

const each: [string, string, object?][] = [
  ['GET', ''],
  ['POST', '', { name: 'n', scope: 'ReadOnly' }],
  ['POST', '/ID/rotate', { overlapSeconds: 0 }],
  ['GET', '/ID/refusals'],
  ['DELETE', '/ID/warnings'],
  ['DELETE', '/ID'],
]
for (const [method, rest, json] of each) {
  test(`${method} ${path}${rest}: 401 without an account, 403 without UserWrite, 404 for the token of another`, () =>
    withServedTokens(async ({ request, addAccount, addToken }) => {
      const [ada, bob] = [await addAccount('Ada'), await addAccount('Bob')]
      const own = await addToken(ada)
      const foreign = await addToken(bob)
      const ask = (id: number | string, token?: string) =>
        request(path + rest.replace('ID', String(id)), {
          method,
          ...(json && { json }),
          ...(token !== undefined && { token }),
        })
      assert.deepEqual(await refused(ask(own.id)), [401, 'Unauthorized'])
      const { text: reader } = await addToken(ada, { scope: scopePresets.ReadOnly })
      assert.deepEqual(await refused(ask(own.id, reader)), [403, 'insufficient_scope'])
      if (rest === '') return
      for (const id of [foreign.id, 999])
        assert.deepEqual(await refused(ask(id, own.text)), [404, `No token with id ${id}`])
      for (const id of ['0', 'abc', '-1', '1.5', '2147483648', '%00'])
        assert.equal((await ask(id, own.text)).status, 400, id)
      assert.equal((await request('/api/v1/me', { token: foreign.text })).status, 200)
      assert.ok((await ask(own.id, own.text)).ok)
    }))
}

test('a token gives another one no more than it has itself', () =>
  withAda(async ({ request, ada, addToken, clock }) => {
    const expiresAt = clock.now + day
    const maker = await addToken(ada, {
      scope: scopeMask(['UserRead', 'UserWrite', 'ModelsRead']),
      expiresAt,
      networks: ['127.0.0.0/8'],
      queryPolicy: 'downloads',
    })
    const make = (json: object) =>
      request(path, { method: 'POST', token: maker.text, json: { name: 'n', scope: ['ModelsRead'], ...json } })
    assert.deepEqual(await refused(make({ scope: 'Full' })), [403, 'insufficient_scope'])
    for (const [json, message] of [
      [{ expiresAt: new Date(expiresAt + 1).toISOString() }, /longer life/],
      [{ networks: ['10.0.0.0/8'] }, /more networks/],
      [{ queryPolicy: 'always' }, /wider query policy/],
    ] as const) {
      const [status, error] = await refused(make(json))
      assert.equal(status, 403)
      assert.match(String(error), message)
    }
    const made = await read(make({}), NewToken, 201)
    assert.deepEqual(
      [made.tokenScope, made.expiresAt, made.networks, made.queryPolicy],
      [5, new Date(expiresAt).toISOString(), ['127.0.0.0/8'], 'downloads'],
    )
  }))

test('a token does not get the secret of one that may more by rotating it, and may rotate itself', () =>
  withAda(async ({ request, ada, addToken }) => {
    const keeper = await addToken(ada, { scope: scopeMask(['UserWrite']) })
    const strong = await addToken(ada)
    const rotate = (id: number, token: string) =>
      request(`${path}/${id}/rotate`, { method: 'POST', token, json: { overlapSeconds: 60 } })
    assert.deepEqual(await refused(rotate(strong.id, keeper.text)), [403, 'insufficient_scope'])
    await read(rotate(keeper.id, keeper.text), NewToken, 201)
    await read(rotate(keeper.id, strong.text), NewToken, 201)
  }))

test('the secrets of a token do not grow without end, and none that works is dropped', () =>
  withAda(async ({ tokens, ada, addToken, clock, request }) => {
    const { id } = await addToken(ada)
    let latest = ''
    for (let time = 0; time < 19; time++) latest = (await tokens.rotate(id, { overlapMs: day })).text
    await assert.rejects(tokens.rotate(id, { overlapMs: day }), { name: 'DomainError', message: /20 secrets/ })
    assert.equal((await request('/api/v1/me', { token: latest })).status, 200)
    clock.now += day
    for (let time = 0; time < 30; time++) latest = (await tokens.rotate(id, { overlapMs: 0 })).text
    assert.equal((await request('/api/v1/me', { token: latest })).status, 200)
    assert.equal((await tokens.find({ accountId: ada, id }))?.secrets.length, 20)
  }))
