import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as requestHttp } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { scopePresets } from '../src/auth/scopes.ts'
import { makeCertificate } from './certificate.ts'
import { type HubServerFixture, password, withHubServer } from './hub-server.fixture.ts'

/*
 * Only the Bearer scheme of `Authorization` is the hub's (contract §1). A header of any other scheme, such as the Basic of a
 * reverse proxy, counts as absent; a 401 names the mistake in a header that looks like one.
 */

const me = '/api/v1/me'
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const proxy = basic('proxy:pw')
const foreignSchemes = [
  proxy,
  'basic x',
  'BASIC x',
  'Digest username="x, y", realm="Bearer z"',
  'Negotiate YII=',
  'NTLM TlRM',
  'AWS4-HMAC-SHA256 Credential=x/y, SignedHeaders=host, Signature=z',
  'ApiKey x',
  'Token x',
  'Basic',
  'Bearer',
  'x',
]

interface Got {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

/** Sends a request whose header lines are exactly these, over HTTP/1.1. */
async function send({ origin }: HubServerFixture, target: string, lines: [string, string][]): Promise<Got> {
  const { host } = new URL(origin)
  const asked = requestHttp(new URL(target, origin), { headers: ['host', host, ...lines.flat()] })
  asked.end()
  const [response] = await once(asked, 'response')
  return { status: response.statusCode, headers: response.headers, body: String(await buffer(response)) }
}

interface Ada extends HubServerFixture {
  key: string
  cookie: string
  versionId: number
  get(target: string, headers: Record<string, string>): Promise<Got>
}

/** A hub whose downloads need a sign-in, with an account that has a token of all scopes and a session. */
const withAda = (run: (hub: Ada) => Promise<void>, options: Parameters<typeof withHubServer>[1] = {}) =>
  withHubServer(
    async (hub) => {
      const key = await hub.addToken(await hub.addAccount('ada', 'owner'))
      const signedIn = await hub.request('/api/auth/sign-in/username', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: hub.origin },
        body: JSON.stringify({ username: 'ada', password }),
      })
      const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? assert.fail('no session')
      const { versionId } = await hub.addFile('a.safetensors', Buffer.alloc(10))
      const get = (target: string, headers: Record<string, string>) => send(hub, target, Object.entries(headers))
      await run({ ...hub, key, cookie, versionId, get })
    },
    { loginOnly: true, ...options },
  )

test('a header of another scheme counts as absent: the cookie or ?token= decides', () =>
  withAda(async ({ get, key, cookie, versionId }) => {
    for (const authorization of foreignSchemes) {
      const answers = await Promise.all([
        get(me, { cookie, authorization }),
        get(`${me}?token=${key}`, { authorization }),
        get('/api/v1/models?favorites=true', { cookie, authorization }),
        get(me, { authorization }),
        get(`${me}?token=wrong`, { authorization }),
      ])
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 401, 401],
        authorization,
      )
      assert.equal(answers[3].body, '{"error":"Unauthorized"}', authorization)
      const download = `/api/download/models/${versionId}`
      const downloads = [
        await get(`${download}?token=${key}`, { authorization }),
        await get(download, { cookie, authorization }),
      ]
      for (const { status, headers } of downloads) {
        assert.ok(status >= 301 && status <= 307, `${authorization}: ${status}`)
        assert.match(String(headers.location), /\/files\//)
      }
    }
  }))

test('a header of another scheme never counts as a failed token check', () =>
  withAda(
    async ({ get, key, cookie }) => {
      for (let time = 0; time < 8; time++)
        for (const authorization of foreignSchemes) {
          assert.equal((await get(me, { authorization })).status, 401)
          assert.equal((await get(me, { cookie, authorization })).status, 200)
        }
      assert.equal((await get(`${me}?token=${key}`, { authorization: proxy })).status, 200)
      const bad = () => get(me, { authorization: 'Bearer bad', cookie })
      assert.deepEqual([(await bad()).status, (await bad()).status], [401, 401], 'a bad Bearer token is final')
      assert.equal((await get(`${me}?token=${key}`, { authorization: 'Bearer bad' })).status, 429, 'and counts')
      assert.equal((await get(me, { authorization: `Bearer ${key}` })).status, 200)
    },
    { rates: { failures: { most: 2, seconds: 600 } } },
  ))

test('of several Authorization lines the Bearer decides', () =>
  withAda(async (hub) => {
    const bearer = `Bearer ${hub.key}`
    const statusOf = async (...values: string[]) =>
      (
        await send(
          hub,
          me,
          values.map((value) => ['Authorization', value]),
        )
      ).status
    for (const values of [[proxy, bearer], [bearer, proxy], [`${proxy}, ${bearer}`], ['Digest a="b, c"', bearer]])
      assert.equal(await statusOf(...values), 200, values.join(' | '))
    assert.equal(await statusOf(proxy, 'Bearer bad'), 401)
    assert.equal(await statusOf('Bearer bad', bearer), 401, 'the first Bearer')
  }))

test('the same holds over HTTP/2', async () => {
  const certificate = makeCertificate()
  await withHubServer(
    async (hub) => {
      const key = await hub.addToken(await hub.addAccount('ada'))
      // The types of Node do not know the second option yet.
      const options = { ca: certificate.cert, strictSingleValueFields: false }
      const session = connectHttp2(hub.origin, options)
      const get = async (target: string, ...values: string[]): Promise<Got> => {
        const lines = values.flatMap((value) => ['authorization', value])
        const stream = session.request([':method', 'GET', ':path', target, ...lines] as never)
        stream.end()
        const [headers] = await once(stream, 'response')
        return { status: headers[':status'], headers, body: String(await buffer(stream)) }
      }
      try {
        assert.equal((await get(me, proxy, `Bearer ${key}`)).status, 200)
        assert.equal((await get(me, `${proxy}, Bearer ${key}`)).status, 200)
        assert.equal((await get(`${me}?token=${key}`, proxy)).status, 200)
        const refused = await get(me, `Token ${key}`)
        assert.deepEqual([refused.status, refused.body], [401, '{"error":"Unauthorized"}'])
        assert.match(String(refused.headers['www-authenticate']), /error_description=".*Token/)
      } finally {
        session.close()
      }
    },
    { tls: certificate },
  )
})

test('public responses follow the credentials that decide', () =>
  withAda(async ({ get, key, cookie }) => {
    const target = '/api/v1/models?limit=3'
    const shared = 'public, s-maxage=300, stale-while-revalidate=150'
    const controls = async (authorization: string) =>
      Promise.all([
        get(target, { authorization }),
        get(target, { authorization, cookie }),
        get(`${target}&token=${key}`, { authorization }),
      ])
    for (const authorization of [proxy, 'Digest x="y"', 'Token x']) {
      const answers = await controls(authorization)
      assert.deepEqual(
        answers.map(({ status, headers }) => [status, headers['cache-control']]),
        [
          [200, shared],
          [200, 'private, no-store'],
          [200, 'private, no-store'],
        ],
        authorization,
      )
      assert.match(String(answers[0].headers.vary), /Authorization/)
      // No browser reads a wildcard together with credentials.
      const foreign = await get(target, { authorization, origin: 'https://page.example' })
      assert.equal(foreign.headers['access-control-allow-origin'], '*')
    }
  }))

test('a response to a key in a wrong form is never shared: Vary would make the key a part of a cache key', () =>
  withAda(async ({ get, key }) => {
    for (const authorization of [key, `Token ${key}`, `Bearer "${key}"`, basic(`x:${key}`)])
      for (const target of ['/api/v1/models?limit=3', '/api/v1/enums']) {
        const { status, headers } = await get(target, { authorization })
        assert.deepEqual([status, headers['cache-control']], [200, 'private, no-store'], authorization)
      }
  }))

const mistakes: [name: string, header: (key: string) => string, description: RegExp][] = [
  ['no scheme', (key) => key, /scheme Bearer is missing/],
  ['Token', (key) => `Token ${key}`, /Token .*Bearer/],
  ['twice', (key) => `Bearer Bearer ${key}`, /Bearer occurs twice/],
  ['double quotes', (key) => `Bearer "${key}"`, /quotes or brackets/],
  ['single quotes', (key) => `Bearer '${key}'`, /quotes or brackets/],
  ['brackets', (key) => `Bearer <${key}>`, /quotes or brackets/],
  ['colon', (key) => `Bearer: ${key}`, /colon/],
  ['Basic, as the password', (key) => basic(`user:${key}`), /Basic is not accepted.*Bearer header/],
  ['Basic, as the user name', (key) => basic(`${key}:`), /Basic is not accepted.*Bearer header/],
]

test('a 401 names the mistake in the header, in the same words for any key', () =>
  withAda(async ({ get, key, addToken, accounts }) => {
    const { id = 0 } = (await accounts.find('ada')) ?? {}
    const other = await addToken(id)
    const unknown = `${other.slice(0, -6)}${'0'.repeat(6)}`
    for (const [name, header, description] of mistakes) {
      const answers = await Promise.all(
        [key, other, unknown, 'x'].map((text) => get(me, { authorization: header(text) })),
      )
      for (const { status, body, headers } of answers) {
        assert.deepEqual([status, body], [401, '{"error":"Unauthorized"}'], name)
        assert.match(String(headers['www-authenticate']), /^Bearer error="invalid_token", error_description="[^"\\]+"$/)
        assert.match(String(headers['www-authenticate']), description, name)
        assert.equal(headers['www-authenticate'], answers[0]?.headers['www-authenticate'], name)
        assert.equal(headers['cache-control'], 'private, no-store')
        for (const text of [key, other]) assert.ok(!JSON.stringify(headers).includes(text.slice(3)), name)
      }
    }
    const plain = await get(me, { authorization: `Bearer ${unknown}` })
    assert.equal(plain.headers['www-authenticate'], 'Bearer error="invalid_token"')
    assert.equal((await get(me, {})).headers['www-authenticate'], 'Bearer')
    const byQuery = await get(`${me}?token=wrong`, { authorization: proxy })
    assert.equal(byQuery.headers['www-authenticate'], 'Bearer error="invalid_token"', 'the query decided')
  }))

test('a key in a wrong form appears among the refused requests of its token', () =>
  withAda(async ({ get, tokens, accounts, cookie, key }) => {
    const { id: accountId = 0 } = (await accounts.find('ada')) ?? {}
    for (const [name, header] of mistakes) {
      const made = await tokens.create({ accountId, name, scope: scopePresets.Full })
      await get(me, { authorization: header(made.text), 'user-agent': `tool ${made.text}` })
      const [refusal, ...more] = await tokens.refusals(made.id)
      assert.deepEqual([refusal?.reason, refusal?.form, refusal?.path, more.length], ['form', 'header', me, 0], name)
      assert.doesNotMatch(JSON.stringify(refusal), new RegExp(made.text.slice(3)), name)
    }
    // Of an ended token, and of a canary, the reason that matters more.
    const revoked = await tokens.create({ accountId, name: 'revoked', scope: scopePresets.Full })
    await tokens.revoke(revoked.id, 'test')
    await get('/api/v1/models', { authorization: `Token ${revoked.text}` })
    assert.deepEqual(
      (await tokens.refusals(revoked.id)).map(({ reason }) => reason),
      ['revoked'],
    )
    // Where other credentials decide, nothing was refused.
    const used = await tokens.create({ accountId, name: 'used', scope: scopePresets.Full })
    await get(me, { authorization: `Token ${used.text}`, cookie })
    await get(`${me}?token=${key}`, { authorization: used.text })
    assert.deepEqual(await tokens.refusals(used.id), [])
  }))
