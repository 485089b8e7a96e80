import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../test/eventually.ts'
import { scopeMask } from '../auth/scopes.ts'
import { type Asked, type ServedTokens, withServedTokens } from '../hub/tokens.fixture.ts'
import { NewToken, Token, TokenDenialsDto } from './token-presentation.ts'

const hour = 3_600_000
const day = 24 * hour
const me = '/api/v1/me'
const path = '/api/v1/me/tokens'

interface Ada extends ServedTokens {
  ada: number
  cookie: string
  /** Asks as Ada in her browser; fails unless the answer has this status. */
  ask(target: string, asked?: Asked, status?: number): Promise<unknown>
  shown(id: number): Promise<ReturnType<typeof Token.parse>>
}

const withAda = (run: (hub: Ada) => Promise<void>) =>
  withServedTokens(async (hub) => {
    const ada = await hub.addAccount('Ada')
    const cookie = await hub.signIn('Ada')
    const ask: Ada['ask'] = async (target, asked = {}, status = 200) => {
      const answer = await hub.request(target, { cookie, ...asked })
      const text = await answer.text()
      assert.equal(answer.status, status, `${target}: ${text}`)
      return text === '' ? undefined : JSON.parse(text)
    }
    await run({
      ...hub,
      ada,
      cookie,
      ask,
      async shown(id) {
        const { items } = (await ask(path)) as { items: { id: number }[] }
        return Token.parse(items.find((token) => token.id === id))
      },
    })
  })

const statusOf = async (answer: Promise<Response>) => (await answer).status

test('a retry with the same Idempotency-Key gets the same token and secret for a day, then the key begins a new request', () =>
  withAda(async ({ ask, clock, request }) => {
    const headers = { 'idempotency-key': 'try-1' }
    const make = (json: object, more = headers) =>
      ask(path, { method: 'POST', json, headers: more }, 201).then((body) => NewToken.parse(body))
    const json = { name: 'laptop', scope: 'ReadOnly' }
    const first = await make(json)
    assert.deepEqual(await make(json), first)
    const other = await make(json, { 'idempotency-key': '"try-2"' })
    assert.notEqual(other.id, first.id)

    const rotate = (key: string, status = 201) =>
      ask(
        `${path}/${first.id}/rotate`,
        { method: 'POST', json: { overlapSeconds: 3600 }, headers: { 'idempotency-key': key } },
        status,
      )
    const rotated = NewToken.parse(await rotate('turn'))
    clock.now += 60_000
    const again = NewToken.parse(await rotate('turn'))
    assert.equal(again.token, rotated.token)
    assert.deepEqual(
      again.secrets.map(({ id, endsAt }) => [id, endsAt]),
      rotated.secrets.map(({ id, endsAt }) => [id, endsAt]),
    )
    for (const { token } of [first, rotated]) assert.equal(await statusOf(request(me, { token })), 200)
    clock.now += day
    const later = NewToken.parse(await rotate('turn'))
    assert.notEqual(later.token, rotated.token)
    for (const key of ['', 'a b', 'x'.repeat(256)])
      await ask(path, { method: 'POST', json, headers: { 'idempotency-key': key } }, 400)
  }))

test('what a token may is changed from the next request on, and never widened by a token beyond its own', () =>
  withAda(async ({ ada, ask, addToken, request, shown }) => {
    const { id, text } = await addToken(ada)
    const change = (json: object, asked: Asked = {}, status = 200) =>
      ask(`${path}/${id}`, { method: 'PATCH', json, ...asked }, status)
    assert.equal(await statusOf(request(`${me}?token=${text}`)), 200)
    await change({ queryPolicy: 'never', name: 'phone' })
    assert.equal(await statusOf(request(`${me}?token=${text}`)), 401)
    await change({ networks: ['10.0.0.0/8'] })
    assert.equal(await statusOf(request(me, { token: text, from: '192.168.0.1' })), 401)
    assert.equal(await statusOf(request(me, { token: text, from: '10.0.0.1' })), 200)
    await change({ scope: ['ModelsRead'], networks: [], expiresAt: null })
    assert.deepEqual((await shown(id)).scopes, ['UserRead', 'ModelsRead'])
    assert.deepEqual([(await shown(id)).name, (await shown(id)).queryPolicy], ['phone', 'never'])

    const narrow = await addToken(ada, { scope: scopeMask(['UserWrite', 'ModelsRead']), queryPolicy: 'downloads' })
    const through = { cookie: '', token: narrow.text }
    await change({ scope: 'Full' }, through, 403)
    await change({ queryPolicy: 'always' }, through, 403)
    await change({ queryPolicy: 'downloads', scope: ['ModelsRead'] }, through)
    assert.equal((await shown(id)).queryPolicy, 'downloads')
    await change({ networks: ['nowhere'] }, {}, 400)
    await change({ origins: ['https://app.example'] }, {}, 400)
    await ask(`${path}/${id}`, { method: 'DELETE' })
    await change({ name: 'late' }, {}, 400)
    await ask(`${path}/999`, { method: 'PATCH', json: {} }, 404)
  }))

test('a replaced secret is ended by a click, extended by a click, or ends by itself when it is silent', () =>
  withAda(async ({ ada, ask, addToken, tokens, request, clock, shown }) => {
    const { id, text } = await addToken(ada)
    const works = async (token: string) => (await statusOf(request(me, { token }))) === 200
    const rotate = (json: object) =>
      ask(`${path}/${id}/rotate`, { method: 'POST', json }, 201).then((body) => NewToken.parse(body).token)
    const secretId = async (at: number) => (await shown(id)).secrets.at(at)?.id
    const setOverlap = async (json: object, at = -2, status = 200) =>
      ask(`${path}/${id}/secrets/${await secretId(at)}`, { method: 'PATCH', json }, status)

    const second = await rotate({ overlapSeconds: 3600 })
    await setOverlap({ overlapSeconds: 7200 })
    clock.now += 1.5 * hour
    assert.ok(await works(text))
    await setOverlap({ overlapSeconds: 0 })
    assert.ok(!(await works(text)))
    await setOverlap({ overlapSeconds: 3600 }, -2, 400)
    await setOverlap({ overlapSeconds: 3600 }, -1, 400)

    const third = await rotate({ overlapSeconds: 30 * 86_400, silenceSeconds: 2 * 3600 })
    for (let time = 0; time < 3; time++) {
      clock.now += 1.5 * hour
      assert.ok(await works(second), 'while it is used it works on')
      await tokens.flushUse()
    }
    assert.equal((await shown(id)).secrets.at(-2)?.endsAt, new Date(clock.now + 2 * hour).toISOString())
    clock.now += 2 * hour
    assert.ok(!(await works(second)))
    assert.ok(await works(third), 'the late one ends nothing else')
    const token = await shown(id)
    assert.deepEqual([token.status, token.warnings[0]?.kind], ['active', 'rotated'])
    await ask(`${path}/${id}/rotate`, { method: 'POST', json: { overlapSeconds: 3600, silenceSeconds: 60 } }, 400)
  }))

test('calls with a token that ends soon say so, with the end that comes first', () =>
  withAda(async ({ ada, addToken, tokens, request, clock }) => {
    const notice = async (token: string) => {
      const { headers } = await request(me, { token })
      return [headers.get('deprecation'), headers.get('sunset')]
    }
    const expiresAt = clock.now + 20 * day
    const { id, text } = await addToken(ada, { expiresAt })
    assert.deepEqual(await notice(text), [null, null])
    clock.now += 7 * day
    const end = new Date(expiresAt).toUTCString()
    assert.deepEqual(await notice(text), [`@${Math.floor((expiresAt - 14 * day) / 1000)}`, end])
    const renewed = (await tokens.rotate(id, { overlapMs: hour })).text
    const rotatedAt = Math.floor(clock.now / 1000)
    assert.deepEqual(await notice(text), [`@${rotatedAt}`, new Date(clock.now + hour).toUTCString()])
    assert.deepEqual((await notice(renewed))[1], end)
    const forGood = await addToken(ada)
    assert.deepEqual(await notice(forGood.text), [null, null])
  }))

test('a reported token ends, its owner is told by whom, and nobody learns whether it was one', () =>
  withAda(async ({ ada, addToken, tokens, request, shown, clock }) => {
    const report = (list: unknown, from = '203.0.113.5') =>
      request('/api/v1/tokens/revoke', { method: 'POST', json: { tokens: list }, from, agent: 'scanner/2' })
    const { id, text } = await addToken(ada)
    const rotated = await addToken(ada)
    const current = (await tokens.rotate(rotated.id, { overlapMs: day })).text
    const unknown = `mk_${'A'.repeat(46)}`
    const seen = new Set<string>()
    for (const list of [[unknown], ['x'], [], [text, text, rotated.text, unknown, '\u0000']]) {
      const answer = await report(list)
      const { 'x-request-id': _, date: __, ...headers } = Object.fromEntries(answer.headers)
      seen.add(JSON.stringify([answer.status, await answer.text(), headers]))
    }
    assert.equal(seen.size, 1)
    assert.match([...seen][0] ?? '', /^\[202,"",/)
    assert.equal(await statusOf(request(me, { token: text })), 401)
    assert.equal(await statusOf(request(me, { token: rotated.text })), 401)
    assert.equal(await statusOf(request(me, { token: current })), 200, 'only the secret that was found ends')
    const ended = await shown(id)
    assert.deepEqual([ended.status, ended.revokedReason], ['revoked', 'reported as leaked'])
    assert.deepEqual(ended.warnings, [
      { kind: 'leak', at: new Date(clock.now).toISOString(), network: '203.0.113.5', agent: 'scanner/2', place: '' },
    ])
    assert.ok((await shown(rotated.id)).warnings.some(({ kind }) => kind === 'leak'))

    for (const wrong of ['x', [1], ['x'.repeat(1001)], Array.from({ length: 1001 }, () => 'x')])
      assert.equal(await statusOf(report(wrong)), 400)
    const statuses = []
    for (let time = 0; time < 40; time++) statuses.push(await statusOf(report([unknown], '198.51.100.7')))
    assert.equal(statuses.at(-1), 429)
    assert.equal(await statusOf(report([unknown], '198.51.100.8')), 202)
  }))

test('a publishable token reads for its pages alone, as nobody, and bearer tokens are refused there', () =>
  withAda(async ({ ada, ask, addToken, request, shown }) => {
    const app = 'https://app.example'
    const made = NewToken.parse(
      await ask(path, { method: 'POST', json: { kind: 'publishable', name: 'page', origins: [app] } }, 201),
    )
    assert.match(made.token, /^mkp_/)
    assert.deepEqual(made.scopes, ['ModelsRead', 'MediaRead'])
    const from = (origin: string, token: string, target = '/download') =>
      request(target, { token, headers: { origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' } })
    const answer = await from(app, made.token)
    assert.deepEqual([answer.status, await answer.json()], [200, { knows: false }])
    assert.equal(answer.headers.get('access-control-allow-origin'), app)
    assert.equal(answer.headers.get('access-control-allow-credentials'), null)
    const foreign = await from('https://evil.example', made.token)
    assert.equal(foreign.headers.get('access-control-allow-origin'), null)
    assert.equal(await statusOf(from(app, made.token, me)), 403)
    assert.equal(await statusOf(request(me, { token: made.token })), 401, 'without a page it is nobody')

    const preflight = async (origin: string, target = '/download') =>
      (
        await request(target, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'GET',
            'access-control-request-headers': 'authorization',
          },
        })
      ).headers.get('access-control-allow-origin')
    assert.equal(await preflight(app), app)
    assert.equal(await preflight('https://evil.example'), null)
    assert.equal(await preflight(app, me), null)

    const bearer = await addToken(ada)
    for (const headers of [
      { origin: app },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', referer: `${app}/page` },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' },
      { origin: 'null', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    ])
      assert.equal(await statusOf(request(me, { token: bearer.text, headers })), 401, JSON.stringify(headers))
    for (const headers of [
      { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' },
      { origin: 'chrome-extension://abc' },
    ])
      assert.equal(await statusOf(request(me, { token: bearer.text, headers: headers as Record<string, string> })), 200)
    const { warnings, refusalCount } = await shown(bearer.id)
    assert.deepEqual([warnings.map(({ kind }) => kind), refusalCount], [['origin'], 4])

    for (const json of [
      { kind: 'publishable', name: 'x' },
      { kind: 'publishable', name: 'x', origins: ['https://a.example/path'] },
      { kind: 'publishable', name: 'x', origins: ['*'] },
      { kind: 'bearer', name: 'x', scope: 'Full', origins: [app] },
      { kind: 'bearer', name: 'x' },
    ])
      await ask(path, { method: 'POST', json }, 400)
  }))

test('a canary may nothing, and tells its owner of a use within a second', () =>
  withAda(async ({ ask, request, database, shown, clock }) => {
    const canary = NewToken.parse(await ask(path, { method: 'POST', json: { kind: 'canary', name: 'bait' } }, 201))
    assert.match(canary.token, /^mkc_/)
    assert.deepEqual(canary.scopes, [])
    const stolen = { token: canary.token, from: '198.51.100.9', agent: 'thief/1' }
    assert.equal(await statusOf(request(me, stolen)), 401)
    assert.equal(await statusOf(request('/members', stolen)), 401)
    const written = async () =>
      database.write((transaction) => transaction.selectFrom('token_warning').selectAll().execute())
    await eventually(
      async () => (await written()).length === 1,
      'the warning is in the database without anybody asking',
    )
    assert.deepEqual((await shown(canary.id)).warnings, [
      { kind: 'canary', at: new Date(clock.now).toISOString(), network: '198.51.100.9', agent: 'thief/1', place: '' },
    ])
    const refusals = TokenDenialsDto.parse(await ask(`${path}/${canary.id}/refusals`)).items
    assert.deepEqual(
      refusals.map(({ reason, path }) => [reason, path]),
      [
        ['canary', '/members'],
        ['canary', me],
      ],
    )
  }))

test('introspection tells of the own tokens alone, owners of any, and of canaries nothing', () =>
  withAda(async ({ ada, addToken, addAccount, signIn, tokens, request, clock, database }) => {
    const other = await addAccount('Bob')
    const asBob = { cookie: await signIn('Bob') }
    const inspect = async (token: string, as: Asked) => {
      const answer = await request('/api/auth/oauth/introspect', { method: 'POST', form: { token }, ...as })
      assert.equal(answer.headers.get('cache-control'), 'private, no-store')
      return [answer.status, await answer.json()]
    }
    const { id, text } = await addToken(ada, { scope: scopeMask(['ModelsRead']), expiresAt: clock.now + day })
    const asking = await addToken(ada)
    const told = {
      active: true,
      token_type: 'Bearer',
      scope: 'UserRead ModelsRead',
      username: 'Ada',
      sub: `${ada}`,
      jti: `${id}`,
      iat: Math.floor(clock.now / 1000),
      exp: Math.floor((clock.now + day) / 1000),
    }
    assert.deepEqual(await inspect(text, { token: asking.text }), [200, told])
    assert.deepEqual(await inspect(text, asBob), [200, { active: false }])
    await database.write((transaction) =>
      transaction.updateTable('account').set({ role: 'owner' }).where('id', '=', other).execute(),
    )
    assert.deepEqual(await inspect(text, asBob), [200, told])
    const canary = await tokens.create({ accountId: ada, kind: 'canary', name: 'c', scope: 0 })
    for (const dead of ['x', canary.text, `mk_${'0'.repeat(46)}`])
      assert.deepEqual(await inspect(dead, { token: asking.text }), [200, { active: false }])
    await tokens.revoke(id, 'test')
    assert.deepEqual(await inspect(text, { token: asking.text }), [200, { active: false }])
    assert.equal((await inspect(text, {}))[0], 401)
    assert.equal((await request('/api/auth/oauth/introspect', { method: 'POST', ...asBob })).status, 400)
  }))

test('before a limit is set, the page knows whom it would have refused, and what would have been enough', () =>
  withAda(async ({ ada, ask, addToken, request, clock }) => {
    clock.now -= 31 * day
    const { id, text } = await addToken(ada)
    await request('/members', { token: text, from: '10.0.0.1', agent: 'old/1' })
    clock.now += 31 * day
    await request(`/download?token=${text}`, { from: '192.168.1.5', agent: 'wget/1' })
    await request(path, { token: text, from: '192.168.1.6', agent: 'ci/1' })
    interface Preview {
      programs: { agent: string; obstacles: string[] }[]
      proposal: unknown
    }
    const preview = async (json: object) => (await ask(`${path}/${id}/preview`, { method: 'POST', json })) as Preview
    const obstacles = async (json: object) =>
      Object.fromEntries((await preview(json)).programs.map(({ agent, obstacles }) => [agent, obstacles]))
    assert.deepEqual(await obstacles({}), { 'wget/1': [], 'ci/1': [] })
    assert.deepEqual(await obstacles({ queryPolicy: 'never' }), { 'wget/1': ['query'], 'ci/1': [] })
    assert.deepEqual(await obstacles({ queryPolicy: 'downloads' }), { 'wget/1': [], 'ci/1': [] })
    assert.deepEqual(await obstacles({ networks: ['192.168.1.5'], scope: 'ReadOnly' }), {
      'wget/1': [],
      'ci/1': ['network', 'scope'],
    })
    await ask(`${path}/${id}/preview`, { method: 'POST', json: { networks: ['nowhere'] } }, 400)
    const { proposal } = await preview({})
    assert.deepEqual(proposal, {
      scopes: ['UserRead', 'UserWrite', 'ModelsRead'],
      networks: ['192.168.1.5/32', '192.168.1.6/32'],
      queryPolicy: 'downloads',
    })
    const { scopes, ...limits } = proposal as { scopes: string[] }
    await ask(`${path}/${id}`, { method: 'PATCH', json: { scope: scopes, ...limits } })
    assert.equal(await statusOf(request(`/download?token=${text}`, { from: '192.168.1.5' })), 200)
  }))
