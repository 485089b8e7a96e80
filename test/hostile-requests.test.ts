import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { pino } from 'pino'
import { redact } from '../src/auth/redact.ts'
import { endpoints } from '../src/endpoints/index.ts'
import { type HubServerFixture, password, withHubServer } from './hub-server.fixture.ts'
import { rawRequest, sendOne, sendRaw } from './raw-http.fixture.ts'

/*
 * A whole server over a real socket, real tokens and sessions, and everything that a client should not send. Whatever
 * it is, the answer is JSON with an `error`, tells nothing of the inside, is in no shared cache, and is no 500.
 */

const trusted = 'https://app.example'

interface Hub extends HubServerFixture {
  accountId: number
  token: string
  /** The answer to a raw request of one line, without a wrong word in it unless the test puts one there. */
  raw(line: string, headers?: readonly string[], body?: string | Buffer): ReturnType<typeof sendOne>
}

/** What went wrong inside would be in the log, and so would a secret. */
const withHub = (
  run: (hub: Hub) => Promise<void>,
  { named = [], ...options }: Parameters<typeof withHubServer>[1] & { named?: string[] } = {},
) => {
  const lines: string[] = []
  const write = (line: string) => void lines.push(line)
  const log = pino({ level: 'debug', hooks: { streamWrite: redact } }, { write })
  return withHubServer(
    async (hub) => {
      const accountId = await hub.addAccount('ada')
      const token = await hub.addToken(accountId)
      await run({
        ...hub,
        accountId,
        token,
        raw: (line, headers, body) => sendOne(hub.origin, rawRequest(hub.origin, line, headers, body)),
      })
      const failures = lines.filter((line) => JSON.parse(line).level >= (pino.levels.values.error ?? 0))
      assert.deepEqual(failures, [])
      assert.equal(
        lines.some((line) => line.includes(token)),
        false,
        'a token in the log',
      )
      const callers = new Set(lines.map((line) => JSON.parse(line).caller))
      for (const caller of named) assert.ok(callers.has(caller), `${caller} in the log`)
    },
    { trusted: [trusted], log, ...options },
  )
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

async function isUnauthorized(answer: Response): Promise<void> {
  assert.equal(answer.status, 401)
  assert.equal(await answer.text(), '{"error":"Unauthorized"}')
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json\b/)
  assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer\b/)
  assert.equal(answer.headers.get('cache-control'), 'private, no-store')
}

/** Whether an answer is an error as the API has it. */
function isError({ status, body, header }: Awaited<ReturnType<typeof sendOne>>, expected: number, what: string) {
  assert.equal(status, expected, what)
  assert.match(header('content-type') ?? '', /^application\/json\b/, what)
  assert.doesNotMatch(header('cache-control') ?? '', /public/, what)
  const { error } = JSON.parse(body.toString())
  assert.ok(error, what)
  assert.ok(body.length < 40_000, what)
}

/* Who asks */

test('a header that holds no valid token is 401 where an account is needed, and nobody elsewhere', () =>
  withHub(async ({ raw, token, addModel, request }) => {
    await addModel({})
    const anonymous = await (await request('/api/v1/models')).text()
    const otherCase = token.replace(/[a-z](?=.{0,5}$)/, (letter) => letter.toUpperCase())
    for (const value of [
      '',
      'Bearer',
      'Bearer ',
      'bearer null',
      'Bearer undefined',
      'Bearer None',
      'Bearer ,',
      ',',
      ' , ,',
      'Bearer 0',
      `Basic ${token}`,
      `Basic ${btoa(`ada:${password}`)}`,
      `Digest username="ada"`,
      `Bearer${token}`,
      token,
      `Bearer ${token.slice(0, -1)}`,
      `Bearer ${token}x`,
      `Bearer ${token.toLowerCase()}`,
      `Bearer ${token}\u00e9`,
      `Bearer "${token}"`,
      `Bearer ${token};q=1`,
      `Bearer mk_${'0'.repeat(46)}`,
      `Bearer ${'a'.repeat(5000)}`,
      `Bearer ${encodeURIComponent('%00')}`,
      'Bearer __proto__',
      `Bearer ' or 1=1 --`,
      `Bearer ${otherCase}x`,
    ]) {
      const me = await raw('GET /api/v1/me', [`Authorization: ${value}`])
      isError(me, 401, value)
      assert.equal(me.body.toString(), '{"error":"Unauthorized"}', value)
      assert.match(me.header('www-authenticate') ?? '', /^Bearer\b/)
      const models = await raw('GET /api/v1/models', [`Authorization: ${value}`])
      assert.deepEqual([models.status, models.body.toString()], [200, anonymous], value)
    }
  }))

test('the log has a line for each request, with the public id of the token and without its secret', () =>
  withHub(
    async ({ request, token }) => {
      await request(`/api/v1/me?token=${token}`)
      await request(`/api/v1/models?token=${token}`)
    },
    { named: ['token 1'] },
  ))

test('the scheme word in any letter case and any spaces around the token are accepted', () =>
  withHub(async ({ raw, token }) => {
    for (const value of [`bearer ${token}`, `BEARER    ${token}  `, `Bearer\t${token}`, `bEaReR ${token}`])
      assert.equal((await raw('GET /api/v1/me', [`Authorization: ${value}`])).status, 200, value)
    assert.equal((await raw('GET /api/v1/me', [`AUTHORIZATION:Bearer ${token}`])).status, 200)
  }))

test('of a repeated header the first that holds a token counts, whatever follows', () =>
  withHub(async ({ raw, token }) => {
    const statusOf = async (...values: string[]) =>
      (
        await raw(
          'GET /api/v1/me',
          values.map((value) => `Authorization: ${value}`),
        )
      ).status
    assert.equal(await statusOf('Bearer', `Bearer ${token}`), 200)
    assert.equal(await statusOf('', `Bearer ${token}`), 200)
    assert.equal(await statusOf(`Bearer ${token}`, 'Bearer wrong'), 200)
    assert.equal(await statusOf('Bearer wrong', `Bearer ${token}`), 401)
    assert.equal(await statusOf('Basic eDp5', `Bearer ${token}`), 200)
    assert.equal(await statusOf('Basic eDp5', 'Bearer wrong'), 401)
  }))

test('the header beats the query, and the first token of the query counts', () =>
  withHub(async ({ request, token, addAccount, addToken }) => {
    const other = await addToken(await addAccount('eve'))
    const nameOf = async (target: string, init?: RequestInit) =>
      ((await (await request(target, init)).json()) as { username?: string }).username
    assert.equal(await nameOf(`/api/v1/me?token=${token}`), 'ada')
    assert.equal(await nameOf(`/api/v1/me?token=${token}`, bearer(other)), 'eve')
    assert.equal(await nameOf(`/api/v1/me?token=${token}`, { headers: { authorization: 'Bearer ' } }), 'ada')
    assert.equal(await nameOf(`/api/v1/me?token=&token=${token}`), undefined)
    assert.equal(await nameOf(`/api/v1/me?token=${token}&token=${other}`), 'ada')
    assert.equal(await nameOf(`/api/v1/me?%74oken=${token}`), 'ada')
    for (const query of [`token=${token}`, `token=wrong`, `Token=${token}`, `token[]=${token}`])
      await isUnauthorized(await request(`/api/v1/me?${query}`, bearer('wrong')))
    for (const query of [`Token=${token}`, `token[]=${token}`, `x=?token=${token}`, 'token=__proto__'])
      await isUnauthorized(await request(`/api/v1/me?${query}`))
  }))

test('revoked, banned, rotated, from elsewhere, in a forbidden form: refused on the next request', () =>
  withHub(async ({ request, tokens, accounts, accountId, addToken, raw }) => {
    const settings = { accountId, name: 'n', scope: 2 ** 25 - 1 }
    const statusOf = async (text: string) => (await request('/api/v1/me', bearer(text))).status
    const revoked = await tokens.create(settings)
    assert.equal(await statusOf(revoked.text), 200)
    await tokens.revoke(revoked.id, 'test')
    await isUnauthorized(await request('/api/v1/me', bearer(revoked.text)))

    const rotated = await tokens.create(settings)
    const next = await tokens.rotate(rotated.id, { overlapMs: 60_000 })
    assert.deepEqual([await statusOf(rotated.text), await statusOf(next.text)], [200, 200])
    const last = await tokens.rotate(rotated.id, { overlapMs: 0 })
    assert.deepEqual([await statusOf(next.text), await statusOf(last.text)], [401, 200])

    const elsewhere = await addToken(accountId, { networks: ['192.0.2.0/24'] })
    const forwarded = ['X-Forwarded-For: 192.0.2.1', 'Forwarded: for=192.0.2.1', 'X-Real-IP: 192.0.2.1']
    isError(await raw('GET /api/v1/me', [`Authorization: Bearer ${elsewhere}`, ...forwarded]), 401, 'elsewhere')

    const headerOnly = await addToken(accountId, { queryPolicy: 'never' })
    assert.equal(await statusOf(headerOnly), 200)
    await isUnauthorized(await request(`/api/v1/me?token=${headerOnly}`))

    await accounts.changeStatus('ada', 'mute')
    const muted = (await (await request('/api/v1/me', bearer(last.text))).json()) as { status: string }
    assert.equal(muted.status, 'muted')
    await accounts.changeStatus('ada', 'ban')
    await isUnauthorized(await request('/api/v1/me', bearer(last.text)))
    await accounts.changeStatus('ada', 'unban')
    assert.equal(await statusOf(last.text), 200)
  }))

test('a missing scope is 403 where an account is needed, before anything else is looked at', () =>
  withHub(async ({ request, accountId, addToken }) => {
    const weak = await addToken(accountId, { scope: 1 })
    for (const { method, path, category, scope } of endpoints) {
      if (category !== 'authenticated' || scope === 'UserRead') continue
      const answer = await request(path.replace(/:\w+/, 'not-a-number'), { method, ...bearer(weak) })
      assert.equal(answer.status, 403, path)
      assert.equal(
        await answer.text(),
        JSON.stringify({ error: 'insufficient_scope', error_description: `Token does not have ${scope} scope` }),
      )
    }
    assert.equal((await request('/api/v1/models?favorites=true', bearer(weak))).status, 403)
    assert.equal((await request('/api/v1/models?favorites=false', bearer(weak))).status, 200)
    for (const query of ['favorites=true', 'hidden=maybe', 'favorites=false&favorites=true', 'hidden=%20', 'hidden=0'])
      await isUnauthorized(await request(`/api/v1/models?${query}`))
  }))

test('a signed-in browser may change things from the pages of the hub and of trusted origins alone', () =>
  withHub(async ({ request, addModel, origin }) => {
    const { id } = await addModel({})
    const signedIn = await request('/api/auth/sign-in/username', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ username: 'ada', password }),
    })
    assert.equal(signedIn.status, 200)
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const statusFrom = async (from: string | undefined) =>
      (
        await request(`/api/v1/me/favorites/${id}`, {
          method: 'PUT',
          headers: { cookie, ...(from !== undefined && { origin: from }) },
        })
      ).status
    for (const from of [origin, trusted]) assert.equal(await statusFrom(from), 200, from)
    const others = ['null', 'https://evil.test', `${origin}.evil.test`, 'http://app.example', `${trusted}:444`]
    for (const from of [undefined, ...others]) assert.equal(await statusFrom(from), 403, from)
    const forged = { headers: { cookie: cookie.replace(/=(.)/, '=$1x') } }
    await isUnauthorized(await request('/api/v1/me', forged))
  }))

/* Who may read the answer */

const lookAlikes = [
  'https://evil.test',
  'https://app.example.evil.test',
  'https://evil-app.example',
  'http://app.example',
  'null',
  'https://app.example:8443',
  'https://app.example/',
  'https://APP.example.',
  'https://user@app.example',
  '*',
  'https://app.example, https://evil.test',
  'https://app.example\u00e9',
  'app.example',
  '__proto__',
  'https://',
]

test('a personal answer opens for trusted origins alone, compared whole', () =>
  withHub(async ({ raw, token }) => {
    for (const path of ['/api/v1/me', '/api/v1/models', '/api/v1/models/1']) {
      const authorization = `Authorization: Bearer ${token}`
      const friend = await raw(`GET ${path}`, [`Origin: ${trusted}`, authorization])
      assert.equal(friend.header('access-control-allow-origin'), trusted)
      assert.equal(friend.header('access-control-allow-credentials'), 'true')
      assert.match(friend.header('vary') ?? '', /\bOrigin\b/)
      for (const from of lookAlikes) {
        const answer = await raw(`GET ${path}`, [`Origin: ${from}`, authorization])
        assert.equal(answer.header('access-control-allow-origin'), undefined, `${path} from ${from}`)
        assert.equal(answer.header('access-control-allow-credentials'), undefined)
        assert.match(answer.header('vary') ?? '', /\bOrigin\b/)
      }
      const repeated = await raw(`GET ${path}`, [`Origin: ${trusted}`, 'Origin: https://evil.test', authorization])
      assert.equal(repeated.header('access-control-allow-origin'), undefined)
    }
  }))

test('an anonymous answer of a public or mixed route opens for every origin, without credentials', () =>
  withHub(async ({ raw }) => {
    for (const path of ['/api/v1/models', '/api/v1/models/1', '/api/v1/collections'])
      for (const from of lookAlikes) {
        const answer = await raw(`GET ${path}`, [`Origin: ${from}`])
        assert.equal(answer.header('access-control-allow-origin'), '*', `${path} from ${from}`)
        assert.equal(answer.header('access-control-allow-credentials'), undefined)
      }
  }))

test('a preflight lets Authorization through for trusted origins alone', () =>
  withHub(async ({ raw }) => {
    const preflight = (path: string, from: string, headers: string) =>
      raw(`OPTIONS ${path}`, [
        `Origin: ${from}`,
        'Access-Control-Request-Method: PUT',
        `Access-Control-Request-Headers: ${headers}`,
      ])
    for (const path of ['/api/v1/me/favorites/1', '/api/v1/models', '/api/v1/vault/all']) {
      const friend = await preflight(path, trusted, 'authorization')
      assert.equal(friend.status, 204)
      assert.equal(friend.header('access-control-allow-origin'), trusted)
      assert.equal(friend.header('access-control-allow-headers'), 'authorization')
      assert.equal(friend.header('access-control-allow-credentials'), 'true')
      for (const from of lookAlikes)
        for (const headers of ['authorization', 'x, AUTHORIZATION ,y', 'content-type,Authorization']) {
          const refused = await preflight(path, from, headers)
          assert.equal(refused.header('access-control-allow-origin'), undefined, `${path} from ${from}`)
          assert.equal(refused.header('access-control-allow-headers'), undefined)
        }
    }
    const open = await preflight('/api/v1/models', 'https://evil.test', 'content-type')
    assert.equal(open.header('access-control-allow-origin'), '*')
    assert.equal(open.header('access-control-allow-methods'), 'GET, HEAD, OPTIONS')
  }))

test('nothing that a caller with a token got, or put into a URL, is for a shared cache', () =>
  withHub(async ({ request, token }) => {
    const shared = 'public, s-maxage=300, stale-while-revalidate=150'
    const cacheControl = async (target: string, init?: RequestInit) =>
      (await request(target, init)).headers.get('cache-control')
    for (const path of ['/api/v1/models', '/api/v1/collections']) {
      const anonymous = await request(path)
      assert.equal(anonymous.headers.get('cache-control'), shared)
      assert.match(anonymous.headers.get('vary') ?? '', /\bAuthorization\b/)
      assert.equal(await cacheControl(path, bearer('wrong')), shared)
      assert.equal(await cacheControl(path, bearer(token)), 'private, no-store')
      for (const query of [`token=${token}`, 'token=wrong', 'token=', 'token', 'TOKEN=x', '%74oken=x', 'a=%zz&token=x'])
        assert.equal(await cacheControl(`${path}?${query}`), 'private, no-store', query)
    }
  }))

test('a personal answer reaches nobody else, and a kept anonymous one no caller with a token', () =>
  withHub(async ({ request, token, addModel }) => {
    const { id } = await addModel({})
    const idsFor = async (init?: RequestInit) =>
      ((await (await request('/api/v1/models', init)).json()) as { items: { id: number }[] }).items.map(({ id }) => id)
    assert.deepEqual(await idsFor(), [id])
    await request(`/api/v1/me/hidden/${id}`, { method: 'PUT', ...bearer(token) })
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await idsFor(bearer(token)), [])
      assert.deepEqual(await idsFor(), [id])
      assert.deepEqual(await idsFor(bearer('wrong')), [id])
    }
  }))

/* Where it was sent */

test('the host of one request is in the answer to that request alone', () =>
  withHub(async ({ request, raw, origin, addModel }) => {
    await addModel({})
    await addModel({})
    const evil = await sendOne(
      origin,
      'GET /api/v1/models?limit=1 HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n',
    )
    assert.match(evil.body.toString(), /"nextPage":"http:\/\/evil\.test\/api\/v1\/models\?/)
    const own = await (await request('/api/v1/models?limit=1')).text()
    assert.equal(own.includes('evil.test'), false)
    const forwarded = await raw('GET /api/v1/models?limit=1', [
      'X-Forwarded-Host: evil.test',
      'X-Forwarded-Proto: https',
      'Forwarded: host=evil.test',
      'X-Host: evil.test',
      'X-Original-URL: /api/v1/me',
      'X-HTTP-Method-Override: DELETE',
    ])
    assert.equal(forwarded.body.toString(), own)
  }))

test('a host that is none, missing, or given twice is refused on every route', () =>
  withHub(async ({ origin }) => {
    const hosts = [
      'evil.test/x',
      'evil.test?x',
      'a b',
      'a@b',
      '"',
      '<script>',
      'a,b',
      '',
      'x:99999',
      '[:::1::]',
      '1.2.3.999',
      'a\\b',
      'evil.test#',
      'javascript:alert(1)',
      'x:80:80',
      '%61',
    ].map((host) => `Host: ${host}\r\n`)
    for (const path of ['/api/v1/models', '/api/auth/get-session'])
      for (const host of [...hosts, '', 'Host: a.test\r\nHost: b.test\r\n', 'Host: a.test\r\nhost: a.test\r\n'])
        isError(
          await sendOne(origin, `GET ${path} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`),
          400,
          `${path} ${host}`,
        )
    isError(await sendOne(origin, 'GET /api/v1/models HTTP/1.0\r\n\r\n'), 400, 'HTTP/1.0 without a host')
  }))

test('behind a proxy that is trusted, what it forwards must be a scheme and a host as well', () =>
  withHub(
    async ({ raw, addModel }) => {
      await addModel({})
      await addModel({})
      const ask = (...headers: string[]) => raw('GET /api/v1/models?limit=1', headers)
      const fine = await ask('X-Forwarded-Proto: https', 'X-Forwarded-Host: hub.example')
      assert.match(fine.body.toString(), /"nextPage":"https:\/\/hub\.example\/api/)
      for (const proto of ['javascript', 'https://evil.test/?', 'file', 'HTTPS:', 'a b'])
        isError(await ask(`X-Forwarded-Proto: ${proto}`), 400, proto)
      isError(await ask('X-Forwarded-Host: evil.test/x'), 400, 'host')
    },
    { trustProxy: true },
  ))

test('a target in absolute form is taken by its own host, and one with a fragment without it', () =>
  withHub(async ({ raw, addModel, origin }) => {
    await addModel({})
    await addModel({})
    const nextPage = async (target: string) =>
      (JSON.parse((await raw(`GET ${target}`)).body.toString()) as { metadata: { nextPage: string } }).metadata.nextPage
    assert.match(
      await nextPage('http://other.test/api/v1/models?limit=1'),
      /^http:\/\/other\.test\/api\/v1\/models\?limit=1&cursor=/,
    )
    assert.ok((await nextPage('/api/v1/models?limit=1#x')).startsWith(`${origin}/api/v1/models?limit=1&cursor=`))
    isError(await raw('GET http://a@b/api/v1/models'), 400, 'user information')
    isError(await raw('GET *'), 404, '*')
  }))

/* What it is called */

test('HEAD answers as GET does, without a body, failures included', () =>
  withHub(async ({ request, addModel, token }) => {
    const { id, versions } = await addModel({})
    for (const path of [
      '/api/v1/models',
      `/api/v1/models/${id}`,
      `/api/v1/model-versions/${versions[0]?.id}`,
      '/api/v1/me',
      '/api/v1/models/999',
      '/api/v1/models/abc',
      '/api/v1/models?page=11',
      '/api/v1/models?a=%zz',
      '/api/nothing',
      '/api/v1/vault/all',
      '/api/v1/collections',
      '/api/v1/models?favorites=true',
      '/healthz',
    ])
      for (const init of [{}, bearer(token), { headers: { origin: trusted } }]) {
        const [get, head] = [await request(path, init), await request(path, { method: 'HEAD', ...init })]
        assert.equal(head.status, get.status, path)
        assert.equal(await head.text(), '')
        const headers = (answer: Response) =>
          [...answer.headers].filter(
            ([name]) => !/^(?:date|connection|keep-alive|age|cache-status|x-request-id)$/.test(name),
          )
        assert.deepEqual(headers(head), headers(get), path)
      }
  }))

test('a method that a path does not have is 405 with those it has, on every route', () =>
  withHub(async ({ raw }) => {
    const known = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'PURGE']
    for (const { path } of endpoints) {
      const target = path.replaceAll(/:\w+/g, '1')
      const fitting = endpoints.filter((other) =>
        new RegExp(`^${other.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(target),
      )
      const answered = new Set<string>(fitting.map(({ method }) => method))
      if (answered.has('GET')) answered.add('HEAD')
      for (const method of known.filter((name) => !answered.has(name))) {
        const answer = await raw(`${method} ${target}`)
        const allow = answer.header('allow')?.split(', ') ?? []
        if (method === 'HEAD') assert.equal(answer.status, 405, target)
        else isError(answer, 405, `${method} ${target}`)
        for (const name of answered) assert.ok(allow.includes(name), `${name} of ${target}: ${allow}`)
        if (method !== 'HEAD') assert.equal(answer.body.toString(), '{"error":"Method not allowed"}')
      }
    }
    for (const method of ['PUT', 'DELETE', 'TRACE', 'OPTIONS'])
      isError(await raw(`${method} /api/auth/sign-out`), 405, `${method} sign-out`)
  }))

test('what is no address of the API is 404 as JSON, also for a browser', () =>
  withHub(async ({ raw, token }) => {
    for (const path of [
      '/api',
      '/api/',
      '/api/v1',
      '/api/v2/models',
      '/api/v1/me/x',
      '/api/v1//me',
      '/API/v1/me',
      '/api/v1/models/../me',
      '/api/v1/models/%2e%2e/me',
      '/api/v1/me%00',
      '/api/v1/models;x=1',
      '/api/v1/me.json',
      '/api/v1/models%3Flimit=0',
      '/api/v1/constructor',
      '/api/v1/__proto__',
      '/api/auth/sign-up/email',
      '/api/auth/%2e%2e/v1/me',
    ])
      isError(await raw(`GET ${path}`, ['Accept: text/html', `Authorization: Bearer ${token}`]), 404, path)
  }))

/* What it asks */

test('paths that cannot be read, or hold what is no id, are 400 and do not come back in the answer', () =>
  withHub(async ({ raw, token }) => {
    const nobodys = '9'.repeat(20_000)
    for (const path of [
      '/api/v1/models/%zz',
      '/api/v1/models/%',
      '/api/v1/models/%ff',
      '/api/v1/models/%c0%ae',
      '/%',
      'abc',
      '-1',
      '1.5',
      '2147483648',
      '1e3',
      '0x10',
      'NaN',
      'Infinity',
      '__proto__',
      '%00',
      '1%00',
      '1%2F2',
      '%20',
      ...['\u0663', nobodys].map(encodeURIComponent),
    ].map((text) => (text.startsWith('/') ? text : `/api/v1/models/${text}`))) {
      const answer = await raw(`GET ${path}?token=${token}`)
      isError(answer, 400, path)
      assert.equal(answer.body.includes(token), false)
      assert.equal(answer.body.includes('999999'), false)
    }
    isError(await raw(`GET /api/v1/model-versions/by-hash/${nobodys}`), 404, 'a long hash')
    isError(await raw('GET /api/v1/model-versions/by-hash/%00'), 404, 'a hash that is none')
  }))

test('parameters out of bounds are 400 and name the field; the answer stays small', () =>
  withHub(async ({ raw }) => {
    const many = (text: string, count: number) => Array(count).fill(text).join()
    for (const query of [
      'limit=-1',
      'limit=101',
      'limit=1e2',
      'limit=0x1',
      'limit=99999999999999999999',
      'limit=%00',
      'limit=1%00',
      'page=0',
      'page=-1',
      'page=2147483648',
      'page=9007199254740993',
      'ids=1,x',
      'ids=2147483648',
      'ids=__proto__',
      'types=Nope',
      'types=toString',
      'sort=constructor',
      'period=__proto__',
      'nsfw=maybe',
      'archived=2',
      `query=${'a'.repeat(501)}`,
      `ids=${many('1', 501)}`,
      `types=${many('x', 500)}`,
      `types=${many('x', 9000)}`,
    ]) {
      const answer = await raw(`GET /api/v1/models?${query}`)
      isError(answer, 400, query.slice(0, 60))
      const { error } = JSON.parse(answer.body.toString())
      assert.equal(error.name, 'ZodError')
      assert.equal(error.issues[0].path[0], query.split('=')[0])
      assert.deepEqual(JSON.parse(error.message), error.issues)
    }
    for (const query of ['a=%', 'a=%zz', '%ff=1', 'query=%c3', 'query=%ed%a0%80'])
      isError(await raw(`GET /api/v1/models?${query}`), 400, query)
  }))

test('names and values that mean something to a program mean nothing here', () =>
  withHub(async ({ request, addModel }) => {
    await addModel({ name: 'Fox' })
    const plain = await (await request('/api/v1/models')).text()
    for (const query of [
      '__proto__=1',
      '__proto__[limit]=0',
      'constructor=1',
      'constructor.prototype.limit=0',
      'toString=1',
      'hasOwnProperty=1',
      'then=1',
      'limit[]=0',
      'limit.0=0',
      'LIMIT=0',
      '%20limit=0',
      '&&&',
      '=1',
      '?limit=0',
      'a=%0d%0a',
    ])
      assert.equal(await (await request(`/api/v1/models?${query}`)).text(), plain, query)
    for (const text of [
      '"',
      "'",
      '*',
      '" OR "1"="1',
      'NEAR(a b)',
      'name:fox',
      '-fox',
      '^',
      '%',
      '_',
      '\\',
      '\0',
      '(',
      'ﬀ',
      '́',
    ])
      for (const name of ['query', 'tag', 'baseModels'])
        assert.equal(
          (await request(`/api/v1/models?${name}=${encodeURIComponent(text)}`)).status,
          200,
          `${name}=${text}`,
        )
  }))

test('bodies that are no JSON, of another type, or too large are refused; nothing of them is in the answer', () =>
  withHub(async ({ raw }) => {
    const path = '/api/v1/model-versions/by-hash'
    const hash = 'A'.repeat(64)
    const post = (body: string, ...headers: string[]) =>
      raw(`POST ${path}`, [`Content-Length: ${Buffer.byteLength(body)}`, ...headers], body)
    for (const body of [
      '',
      ' ',
      'null',
      'true',
      '1',
      '"x"',
      '{}',
      '{"0":"x","length":1}',
      '[1]',
      '[null]',
      '[[]]',
      '[{}]',
      '[',
      '[,]',
      '{"__proto__":["x"]}',
      '["__proto__"]',
      `["${hash}x"]`,
      `["${hash.slice(1)}\\u0000"]`,
      '\ufeff[]',
      'hash=x',
      '\0',
      '['.repeat(1_000_000),
      `[${'1,'.repeat(1_000_000)}1]`,
      `[${'"x",'.repeat(400_000)}"x"]`,
    ])
      isError(await post(body), 400, body.slice(0, 40))
    isError(await post('x'.repeat(3_000_000)), 413, 'a large body')
    isError(await raw(`POST ${path}`, ['Content-Length: 99999999999']), 413, 'a body that is only announced')
    const chunked = (size: number) => `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n`
    isError(
      await raw(`POST ${path}`, ['Transfer-Encoding: chunked'], chunked(3_000_000)),
      413,
      'a large body in chunks',
    )
    assert.equal((await post('[]')).status, 200, 'a type is not needed')
    assert.equal((await post(`["${hash}"]`, 'Content-Type: text/plain')).status, 200)
  }))

/* What is no request */

test('what is no HTTP, and what two readers could take for different requests, is refused on the connection', () =>
  withHub(async ({ origin, raw, request }) => {
    const post = 'POST /api/v1/model-versions/by-hash'
    for (const [line, headers, body] of [
      ['nonsense', [], ''],
      ['get /api/v1/me', [], ''],
      ['FOO /api/v1/me', [], ''],
      ['GET /api/v1/\0me', [], ''],
      ['GET /api/v1/me x', [], ''],
      ['GET /api/v1/me', ['X Y: 1'], ''],
      ['GET /api/v1/me', ['X: 1', ' folded: 2'], ''],
      ['GET /api/v1/me', ['Authorization: Bearer \0'], ''],
      ['GET /api/v1/me', ['X: a\rb'], ''],
      [post, ['Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'],
      [post, ['Content-Length: 2', 'Content-Length: 3'], '[]'],
      [post, ['Content-Length: -2'], '[]'],
      [post, ['Content-Length: +2'], '[]'],
      [post, ['Content-Length: 2x'], '[]'],
      [post, ['Transfer-Encoding: xchunked'], '[]'],
      [post, ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
      [post, ['Transfer-Encoding: chunked'], 'zz\r\n'],
    ] as const)
      isError(await raw(line, headers, body), 400, `${line} ${headers}`)
    isError(await sendOne(origin, '\x16\x03\x01\x02\x00\x01\x00'), 400, 'TLS')
    isError(await raw('GET /api/v1/me', ['Expect: nonsense']), 401, 'an expectation that nobody knows is passed over')
    assert.equal((await request('/healthz')).status, 200)
  }))

test('another version than HTTP/1.0 and 1.1 in a request line is 505, also as the preface of HTTP/2; what is no version is 400', () =>
  withHub(async ({ origin, request }) => {
    const withVersion = (version: string) =>
      sendOne(origin, `GET /healthz ${version}\r\nHost: ${new URL(origin).host}\r\nConnection: close\r\n\r\n`)
    for (const version of ['HTTP/1.0', 'HTTP/1.1']) assert.equal((await withVersion(version)).status, 200, version)
    // A response from the cache is no exception.
    const tags = (version: string) =>
      sendOne(origin, `GET /api/v1/tags HTTP/${version}\r\nHost: hub\r\nConnection: close\r\n\r\n`)
    for (let time = 0; time < 3; time++) assert.equal((await tags('1.1')).status, 200)
    isError(await tags('2.0'), 505, 'a cached response')
    for (const version of ['HTTP/0.9', 'HTTP/1.2', 'HTTP/2.0', 'HTTP/3.0', 'HTTP/9.9'])
      isError(await withVersion(version), 505, version)
    isError(await sendOne(origin, 'GET /healthz\r\n\r\n'), 505, 'HTTP/0.9')
    isError(await sendOne(origin, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 505, 'the preface of HTTP/2')
    for (const version of ['HTTP/1', 'HTTP/x.y', 'HTTP/11.1', 'HTTP/1.1.1', 'http/1.1', 'HTTP /1.1'])
      isError(await withVersion(version), 400, version)
    assert.equal((await request('/healthz')).status, 200)
  }))

test('a transfer coding other than chunked is 501, a body whose end is not certain 400; the connection is closed', () =>
  withHub(async ({ origin }) => {
    const smuggled = rawRequest(origin, 'GET /healthz')
    const send = (fields: string[], version = '1.1') => {
      const head = [`POST /api/v1/model-versions/by-hash HTTP/${version}`, 'Host: hub', ...fields, '', ''].join('\r\n')
      return sendRaw(origin, Buffer.concat([Buffer.from(`${head}2\r\n[]\r\n0\r\n\r\n`), smuggled]))
    }
    const field = (coding: string) => `Transfer-Encoding: ${coding}`
    for (const coding of ['chunked', 'CHUNKED', ', chunked']) {
      const statuses = (await send([field(coding)])).map(({ status }) => status)
      assert.deepEqual(statuses, [200, 200], coding)
    }
    const isRefused = async (status: number, fields: string[], version?: string) => {
      const [answer, ...more] = await send(fields, version)
      assert.ok(answer, `${fields}`)
      isError(answer, status, `${fields}`)
      assert.equal(answer.header('cache-control')?.includes('no-store'), true)
      assert.equal(answer.header('connection'), 'close')
      assert.deepEqual(more, [], 'nothing behind it is taken for a request')
    }
    for (const coding of ['gzip, chunked', 'gzip,chunked', 'identity, chunked', 'trailers, chunked', 'x;q=1, chunked'])
      await isRefused(501, [field(coding)])
    await isRefused(501, [field('gzip'), field('chunked')])
    for (const coding of ['chunked, gzip', 'chunked, chunked', 'identity', 'gzip', 'chunked;q=1', 'xchunked', ''])
      await isRefused(400, [field(coding)])
    await isRefused(400, [field('chunked'), field('chunked')])
    await isRefused(400, [field('chunked'), field('gzip')])
    for (const coding of ['chunked', 'gzip, chunked', 'identity'])
      for (const fields of [
        [field(coding), 'Content-Length: 5'],
        ['Content-Length: 5', field(coding)],
      ])
        await isRefused(400, fields)
    await isRefused(400, [field('chunked')], '1.0')
  }))

test('an offer to upgrade is passed over, and no request behind it is lost', () =>
  withHub(async ({ origin, addModel }) => {
    await addModel({})
    const end = rawRequest(origin, 'GET /healthz').toString()
    const get = 'GET /api/v1/models HTTP/1.1\r\nHost: hub\r\n\r\n'
    const statusesOf = async (...requests: string[]) =>
      (await sendRaw(origin, requests.join(''))).map(({ status }) => status)
    for (const offer of [
      'Connection: Upgrade\r\nUpgrade: websocket',
      'Connection: keep-alive, Upgrade\r\nUpgrade: TLS/1.0',
      'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__',
      'Upgrade: websocket',
    ]) {
      const offering = `GET /api/v1/me HTTP/1.1\r\nHost: hub\r\n${offer}\r\n\r\n`
      assert.deepEqual(await statusesOf(offering, end), [401, 200], offer)
      assert.deepEqual(
        await statusesOf(get, offering, get, offering, offering, end),
        [200, 401, 200, 401, 401, 200],
        offer,
      )
    }
    const post = (framing: string) =>
      `POST /api/v1/model-versions/by-hash HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${framing}`
    assert.deepEqual(await statusesOf(post('Content-Length: 2\r\n\r\n[]'), end), [200, 200])
    assert.deepEqual(
      await statusesOf(get, post('Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n'), end),
      [200, 200, 200],
    )
    assert.deepEqual(await statusesOf(post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n[]'), end), [400])
    const whole = rawRequest(origin, 'GET /healthz', ['Upgrade: websocket']).toString()
    assert.deepEqual(await statusesOf(whole.replace('Connection: close', 'Connection: close, Upgrade')), [200])
  }))

test('CONNECT is 405, after the responses to the requests before it', () =>
  withHub(async ({ origin }) => {
    const connecting = 'CONNECT hub.test:443 HTTP/1.1\r\nHost: hub.test\r\n\r\n'
    isError(await sendOne(origin, connecting), 405, 'CONNECT')
    const get = 'GET /api/v1/me HTTP/1.1\r\nHost: hub\r\n\r\n'
    const answers = await sendRaw(origin, get + connecting + get)
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 405],
    )
  }))

test('headers of 64 KiB and more are 431, wherever they are and however long the client goes on', () =>
  withHub(async ({ raw, request }) => {
    for (const size of [65_536, 1_000_000, 8_000_000]) {
      isError(await raw('GET /api/v1/me', [`Authorization: Bearer ${'a'.repeat(size)}`]), 431, `${size} in a header`)
      isError(await raw(`GET /api/v1/models?query=${'a'.repeat(size)}`), 431, `${size} in the target`)
    }
    isError(await raw('GET /api/v1/me', Array(8000).fill('Cookie: a=b')), 431, 'many headers')
    assert.equal((await raw('GET /healthz', [`X: ${'a'.repeat(16_000)}`])).status, 200)
    assert.equal((await request('/healthz')).status, 200)
  }))

test('a refused connection is closed though the client keeps it open', (context: TestContext) =>
  withHub(async ({ origin }) => {
    const { hostname, port } = new URL(origin)
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    context.after(() => socket.destroy())
    socket.on('error', () => {})
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.write('nonsense\r\n\r\n')
    await new Promise((resolve) => socket.once('end', resolve))
    assert.match(heard, /^HTTP\/1\.1 400 .*"error"/s)
    // Only writing tells this side that the other is gone.
    const knocking = setInterval(() => socket.write('x'), 50)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(knocking)
  }))

test('requests one behind the other on a connection get an answer each, those behind a refused one none', () =>
  withHub(async ({ origin }) => {
    const keep = (line: string) => `${line} HTTP/1.1\r\nHost: ${new URL(origin).host}\r\n\r\n`
    const end = rawRequest(origin, 'GET /healthz').toString()
    const many = await sendRaw(
      origin,
      keep('GET /api/v1/me') + keep('GET /api/v1/models/%zz') + keep('GET /api/v1/models') + end,
    )
    assert.deepEqual(
      many.map(({ status }) => status),
      [401, 400, 200, 200],
    )
    const cut = await sendRaw(origin, keep('GET /api/v1/models') + keep('nonsense') + end)
    assert.deepEqual(
      cut.map(({ status }) => status),
      [200, 400],
    )
  }))

test('whatever is asked of whichever endpoint, the answer is JSON, an error is never public, and nothing fails inside', () =>
  withHub(async ({ request, token, addModel }) => {
    await addModel({})
    const paths = endpoints
      .map(({ path }) => path)
      .filter((path) => /^\/api\/v1/.test(path) && !path.includes('tensor'))
    const nasty = fc.oneof(
      fc.constantFrom(
        '',
        '0',
        '-1',
        '1',
        '2147483648',
        '1e309',
        'true',
        'null',
        '__proto__',
        '\0',
        '%',
        '../..',
        '🦊',
        '[]',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => text.isWellFormed()),
      fc.integer().map(String),
    )
    const names = [
      'limit',
      'page',
      'cursor',
      'query',
      'ids',
      'tag',
      'types',
      'sort',
      'period',
      'nsfw',
      'username',
      'hidden',
    ]
    const more = ['modelFileId', 'modelVersionIds', 'modelVersionId', 'dateAddedTo', 'categories', '__proto__', 'token']
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        nasty,
        fc.array(fc.tuple(fc.constantFrom(...names, ...more), nasty), { maxLength: 4 }),
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
        fc.boolean(),
        async (path, parameter, query, method, known) => {
          const target = `${path.replace(/:\w+/, encodeURIComponent(parameter) || '%20')}?${new URLSearchParams(query)}`
          const answer = await request(target, { method, ...(known && bearer(token)) })
          const body = (await answer.json()) as { error?: unknown }
          assert.ok(answer.status < 500, `${method} ${target}: ${answer.status}`)
          if (answer.status >= 400) {
            assert.ok(body.error)
            assert.doesNotMatch(answer.headers.get('cache-control') ?? '', /public/)
          }
        },
      ),
      { numRuns: 400 },
    )
  }))
