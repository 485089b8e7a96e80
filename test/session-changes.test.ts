import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as requestHttp } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { type HubServerFixture, password, withHubServer } from './hub-server.fixture.ts'

/*
 * A change made with a session cookie must show which page sends it, by `Origin` or `Sec-Fetch-Site`; so must signing in. Requests
 * here have no header but those given: Node's `fetch` adds `Sec-Fetch-Mode` and a content type.
 */

type Headers = Record<string, string>

async function send({ origin }: HubServerFixture, method: string, target: string, headers: Headers, body?: string) {
  const length: Headers = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const sent = requestHttp(new URL(target, origin), { method, headers: { ...length, ...headers } })
  sent.end(body)
  const [response] = await once(sent, 'response')
  return {
    status: response.statusCode as number,
    headers: response.headers as Record<string, string | string[] | undefined>,
    body: String(await buffer(response)),
  }
}

const trusted = 'https://app.example'
const json = { 'content-type': 'application/json' }
const signInPath = '/api/auth/sign-in/username'
const credentials = JSON.stringify({ username: 'ada', password })

interface Ada extends HubServerFixture {
  cookie: string
  key: string
  modelId: number
  send(method: string, target: string, headers: Headers, body?: string): ReturnType<typeof send>
}

const withAda = (
  run: (hub: Ada) => Promise<void>,
  options: Parameters<typeof withHubServer>[1] = {},
  via: Headers = {},
) =>
  withHubServer(
    async (hub) => {
      const key = await hub.addToken(await hub.addAccount('ada', 'owner'))
      const signedIn = await send(hub, 'POST', signInPath, { ...json, ...via }, credentials)
      assert.equal(signedIn.status, 200, signedIn.body)
      const cookie = signedIn.headers['set-cookie']?.[0]?.split(';')[0] ?? assert.fail('no session')
      const { id: modelId } = await hub.addModel({})
      await run({ ...hub, cookie, key, modelId, send: (...asked) => send(hub, ...asked) })
    },
    { trusted: [trusted], ...options },
  )

const foreignPages: Headers[] = [
  { origin: 'https://evil.example' },
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'null' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
]

test('a change with a cookie must show a page of the hub or a trusted origin', () =>
  withAda(async (hub) => {
    const favorite = `/api/v1/me/favorites/${hub.modelId}`
    const change = (headers: Headers, body?: string) =>
      hub.send('PUT', favorite, { cookie: hub.cookie, ...headers }, body)
    const knownPages: Headers[] = [
      { origin: hub.origin },
      { origin: hub.origin, 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'same-origin' },
      { origin: trusted },
      { origin: trusted, 'sec-fetch-site': 'cross-site' },
    ]
    for (const page of knownPages) assert.equal((await change(page)).status, 200, JSON.stringify(page))
    for (const page of foreignPages) {
      const { status, body, headers } = await change(page)
      assert.deepEqual(
        [status, body],
        [403, '{"error":"Requests from this origin are not accepted"}'],
        JSON.stringify(page),
      )
      assert.equal(headers['cache-control'], 'private, no-store')
      assert.equal((await change({ ...page, ...json }, '{}')).status, 403, 'JSON proves nothing of a foreign page')
    }
    assert.equal((await change({})).status, 403, 'neither header and no body')
    assert.equal((await change(json, '{}')).status, 200, 'neither header and a JSON body')
    assert.equal((await change({ ...json }, '')).status, 403)
    assert.equal((await change({ 'content-type': 'application/octet-stream' }, '{}')).status, 403)
  }))

test('what a form can send is never accepted with a cookie', () =>
  withAda(async (hub) => {
    const tokens = '/api/v1/me/tokens'
    const body = JSON.stringify({ name: 'made by a form', scope: ['UserRead'] })
    const make = (headers: Headers) => hub.send('POST', tokens, { cookie: hub.cookie, ...headers }, body)
    for (const type of [
      'text/plain',
      'text/plain;charset=UTF-8',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ])
      for (const page of [
        {},
        { origin: hub.origin },
        { origin: trusted },
        { 'sec-fetch-site': 'same-origin' },
      ] as Headers[])
        assert.equal((await make({ ...page, 'content-type': type })).status, 415, `${type} ${JSON.stringify(page)}`)
    assert.equal((await make({ 'content-type': 'text/plain', origin: 'https://evil.example' })).status, 403)
    assert.equal((await make({ origin: hub.origin, ...json })).status, 201)
    const list = await hub.send('GET', tokens, { cookie: hub.cookie })
    assert.equal((JSON.parse(list.body) as { items: unknown[] }).items.length, 2, 'none but the accepted one was made')
    // A program with a token is asked for none of this.
    const byToken = await hub.send('PUT', `/api/v1/me/favorites/${hub.modelId}`, { authorization: `Bearer ${hub.key}` })
    assert.equal(byToken.status, 200)
    const byForm = { authorization: `Bearer ${hub.key}`, 'content-type': 'text/plain' }
    assert.equal((await hub.send('POST', tokens, byForm, body)).status, 201)
  }))

test('an endpoint that reads a form takes it from its own pages', () =>
  withAda(async (hub) => {
    const introspect = (headers: Headers) =>
      hub.send(
        'POST',
        '/api/auth/oauth/introspect',
        { cookie: hub.cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        `token=${hub.key}`,
      )
    assert.equal((await introspect({ origin: hub.origin })).status, 200)
    assert.equal((await introspect({})).status, 403)
    assert.equal((await introspect({ origin: 'https://evil.example' })).status, 403)
  }))

test('reading needs no page, and a page of another site reads nothing with a cookie', () =>
  withAda(async (hub) => {
    for (const page of [{}, ...foreignPages])
      for (const method of ['GET', 'HEAD']) {
        const { status, headers } = await hub.send(method, '/api/v1/me', { cookie: hub.cookie, ...page })
        assert.equal(status, 200, JSON.stringify(page))
        assert.equal(headers['access-control-allow-origin'], undefined)
      }
  }))

test('nobody is signed in, or out, by a page of another site', () =>
  withAda(async (hub) => {
    const signIn = (headers: Headers) => hub.send('POST', signInPath, headers, credentials)
    for (const page of foreignPages) {
      const refused = await signIn({ ...json, ...page })
      assert.deepEqual([refused.status, refused.headers['set-cookie']], [403, undefined], JSON.stringify(page))
      assert.equal((JSON.parse(refused.body) as { error: unknown }).error, 'Requests from this origin are not accepted')
      assert.equal(
        (await hub.send('POST', '/api/auth/sign-out', { cookie: hub.cookie, ...json, ...page }, '{}')).status,
        403,
      )
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      assert.equal((await signIn({ 'content-type': type, origin: hub.origin })).status, 415, type)
    for (const page of [
      { origin: hub.origin },
      { origin: trusted },
      { 'sec-fetch-site': 'same-origin' },
      {},
    ] as Headers[])
      assert.equal((await signIn({ ...json, ...page })).status, 200, JSON.stringify(page))
    assert.equal((await hub.send('GET', '/api/v1/me', { cookie: hub.cookie })).status, 200, 'still signed in')
    assert.equal((await hub.send('POST', '/api/auth/sign-out', { cookie: hub.cookie })).status, 403, 'shows no page')
    const out = await hub.send('POST', '/api/auth/sign-out', { cookie: hub.cookie, 'sec-fetch-site': 'same-origin' })
    assert.equal(out.status, 200, out.body)
    assert.equal((await hub.send('GET', '/api/v1/me', { cookie: hub.cookie })).status, 401)
  }))

test('nobody is given a way into an account by a page of another site, without a cookie too', () =>
  withAda(async (hub) => {
    for (const path of ['/api/v1/setup', '/api/v1/sign-up', '/api/v1/password-reset']) {
      for (const page of foreignPages)
        for (const type of ['application/json', 'text/plain'])
          assert.equal((await hub.send('POST', path, { ...page, 'content-type': type }, '{}')).status, 403, path)
      assert.equal((await hub.send('POST', path, { 'content-type': 'text/plain' }, '{}')).status, 415, path)
      // The body is looked at, and refused for itself.
      for (const page of [{}, { origin: hub.origin }, { 'sec-fetch-site': 'same-origin' }])
        assert.equal((await hub.send('POST', path, { ...json, ...page }, '{}')).status, 400, path)
    }
  }))

test('behind a proxy the own page is the one at the public URL', () =>
  withAda(
    async (hub) => {
      const change = async (headers: Headers) =>
        (await hub.send('PUT', `/api/v1/me/favorites/${hub.modelId}`, { cookie: hub.cookie, ...headers })).status
      assert.equal(await change({ origin: 'https://models.example' }), 200)
      assert.equal(await change({ origin: 'http://models.example' }), 403)
      assert.equal(await change({ origin: hub.origin }), 403)
      const signIn = (origin: string) => hub.send('POST', signInPath, { ...json, origin }, credentials)
      assert.equal((await signIn('https://models.example')).status, 200)
      assert.equal((await signIn(hub.origin)).status, 403)
    },
    { publicUrl: 'https://models.example', trustProxy: ['127.0.0.1'] },
  ))

test('without a public URL the own page follows the headers of a trusted proxy', () => {
  const forwarded = { 'x-forwarded-host': 'models.example', 'x-forwarded-proto': 'https' }
  return withAda(
    async (hub) => {
      const change = async (headers: Headers) =>
        (await hub.send('PUT', `/api/v1/me/favorites/${hub.modelId}`, { cookie: hub.cookie, ...headers })).status
      assert.equal(await change({ ...forwarded, origin: 'https://models.example' }), 200)
      assert.equal(await change({ ...forwarded, origin: 'http://models.example' }), 403)
      assert.equal(await change({ ...forwarded, origin: 'https://evil.example' }), 403)
    },
    { trustProxy: ['127.0.0.1'] },
    forwarded,
  )
})

test('a bearer token with Origin null is refused from a browser, and accepted from a program', () =>
  withAda(async (hub) => {
    const me = async (headers: Headers) =>
      (await hub.send('GET', '/api/v1/me', { authorization: `Bearer ${hub.key}`, origin: 'null', ...headers })).status
    assert.equal(await me({}), 200)
    for (const site of ['cross-site', 'same-site', 'same-origin', 'none'])
      for (const mode of ['cors', 'no-cors', 'navigate'])
        assert.equal(await me({ 'sec-fetch-site': site, 'sec-fetch-mode': mode }), 401, `${site}, ${mode}`)
    const byQuery = await hub.send('GET', `/api/v1/me?token=${hub.key}`, {
      origin: 'null',
      'sec-fetch-site': 'cross-site',
    })
    assert.equal(byQuery.status, 401)
  }))
