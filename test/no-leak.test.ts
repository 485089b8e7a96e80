import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Endpoint } from '../src/endpoints/core/define.ts'
import { endpoints } from '../src/endpoints/index.ts'
import { spaRoutes } from '../src/http/spa-routes.ts'
import { type Answer, type Asked, password, startHub } from './conformance/hub.ts'

/*
 * Sends secrets in every way that a client may, then looks for them in everything that the hub wrote: nowhere but in the
 * one answer that told each.
 */

const hub = await startHub({ accounts: ['ada'], flags: ['--log-level', 'debug', '--limit-failures', 'off'] })
after(() => hub.close())

// The first one takes what the examples of endpoints do to token 1.
await hub.createToken('ada', '--name', 'decoy')
const valid = await hub.createToken('ada', '--name', 'valid')
const revoked = await hub.createToken('ada', '--name', 'revoked')
const replaced = await hub.createToken('ada', '--name', 'replaced')
const canary = await hub.createToken('ada', '--name', 'canary', '--kind', 'canary')
await hub.command('token', 'revoke', String(await hub.tokenId('ada', 'revoked')))
const current = await hub.command('token', 'rotate', String(await hub.tokenId('ada', 'replaced')))
const broken = `${valid.slice(0, -1)}${valid.endsWith('x') ? 'y' : 'x'}`
const secrets = [valid, revoked, replaced, canary, current, broken]

/** What came back, with what of it may hold a secret that was made by the request. */
const answers: { shape: string; answer: Answer }[] = []

async function send(shape: string, target: string, asked: Asked = {}): Promise<Answer> {
  const answer = await hub.ask(target, asked)
  answers.push({ shape: `${asked.method ?? 'GET'} ${shape}`, answer })
  return answer
}

/** The address of an endpoint in its example. */
const targetOf = ({ path, example }: Endpoint) => {
  const query = new URLSearchParams(example?.query)
  const filled = path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) =>
    encodeURIComponent(example?.params?.[name] ?? '1'),
  )
  return `${filled}${query.size > 0 ? `?${query}` : ''}`
}
const withParameter = (target: string, parameter: string) => `${target}${target.includes('?') ? '&' : '?'}${parameter}`

/** Ways to bring a secret along; `target` is an address without one. */
const ways: Record<string, (target: string, secret: string) => [target: string, asked: Asked]> = {
  header: (target, secret) => [target, { token: secret }],
  query: (target, secret) => [withParameter(target, `token=${secret}`), {}],
  both: (target, secret) => [withParameter(target, `token=${secret}`), { token: secret }],
  'other case': (target, secret) => [
    withParameter(target, `Token=${secret}`),
    { headers: { authorization: `BEARER  ${secret}` } },
  ],
  'no scheme': (target, secret) => [target, { headers: { authorization: secret } }],
  'other scheme': (target, secret) => [target, { headers: { authorization: `Basic ${btoa(`ada:${secret}`)}` } }],
  cookie: (target, secret) => [target, { headers: { cookie: `modelkeep.session_token=${secret}; t=${secret}` } }],
  'headers of the client': (target, secret) => [
    target,
    {
      headers: {
        'user-agent': `tool/1 ${secret}`,
        referer: `https://app.example/?token=${secret}`,
        from: secret,
        'x-forwarded-for': secret,
        'idempotency-key': secret,
        'if-none-match': `"${secret}"`,
        origin: `https://${secret}`,
      },
    },
  ],
  'another parameter': (target, secret) => [
    withParameter(target, `query=${secret}&limit=${secret}&cursor=${secret}`),
    {},
  ],
  encoded: (target, secret) => [withParameter(target, `token=%6d${secret.slice(1)}&x=mk%5F${secret.slice(3)}`), {}],
}

/** A body with a secret in each of its members. */
const spoiled = (body: unknown, secret: string): unknown =>
  typeof body === 'object' && body !== null && !Array.isArray(body)
    ? Object.fromEntries(Object.entries(body).map(([key, value]) => [key, Array.isArray(value) ? [secret] : secret]))
    : [secret]

test('no secret is anywhere but in the answer that told it', async (t) => {
  await t.test('every endpoint, with secrets in every place', async () => {
    for (const endpoint of endpoints) {
      const { method, path, example, body } = endpoint
      const target = targetOf(endpoint)
      const json = body ? { json: example?.body ?? {} } : {}
      for (const [way, apply] of Object.entries(ways)) {
        const [spoiledTarget, asked] = apply(target, valid)
        await send(`${path}, ${way}`, spoiledTarget, { method, ...asked, ...json })
      }
      for (const secret of [revoked, replaced, canary, broken])
        await send(`${path}, ended or wrong`, withParameter(target, `token=${secret}`), {
          method,
          ...json,
          token: secret,
        })
      if (method === 'GET') {
        await send(`${path}, HEAD`, withParameter(target, `token=${valid}`), { method: 'HEAD' })
        await send(`${path}, gzip`, target, {
          token: valid,
          headers: { 'accept-encoding': 'gzip', range: 'bytes=0-9' },
        })
      }
      if (body) {
        // What is reported there ends, and the rest is to be asked with a token that works.
        const reported = path === '/api/v1/tokens/revoke' ? broken : valid
        await send(`${path}, in the body`, target, { method, json: spoiled(example?.body, reported), token: valid })
        await send(`${path}, for a body`, target, { method, json: reported })
      }
      await send(`${path}, in the path`, path.replaceAll(/:[A-Za-z]+/g, valid), { method, token: valid, ...json })
      await send(`${path}, another method`, withParameter(target, `token=${valid}`), { method: 'PATCH', token: valid })
    }
  })

  assert.equal(
    (await send('afterwards', '/api/v1/me', { token: valid })).status,
    200,
    'with a token that works all along',
  )

  await t.test('a secret where a name belongs', async () => {
    const json = { name: valid, scope: 'ReadOnly' }
    const refused = await send('as a name', '/api/v1/me/tokens', { method: 'POST', token: valid, json })
    assert.equal(refused.status, 400)
  })

  await t.test('pages, sign-in and what is no endpoint', async () => {
    for (const path of [
      ...spaRoutes.map((page) => page.replaceAll(/:[A-Za-z]+/g, '1')),
      '/nothing',
      '/api/v1/nothing',
      '/',
    ]) {
      for (const way of ['header', 'query', 'cookie', 'encoded'] as const) {
        const [target, asked] = (ways[way] as (typeof ways)[string])(path, valid)
        const headers = { accept: 'text/html', ...asked.headers }
        await send(`${path}, ${way}`, target, { ...asked, headers })
      }
      await send(`${path}, in the path`, `${path}/${valid}`, { headers: { accept: 'text/html' } })
    }
    for (const path of [
      'sign-in/username',
      'sign-in/email',
      'sign-out',
      'get-session',
      `callback/${valid}`,
      'nothing',
    ]) {
      const json = { username: valid, email: `${valid}@example.org`, password: valid, token: valid }
      await send(path, `/api/auth/${path}?token=${valid}`, { method: 'POST', json, token: valid })
      await send(path, `/api/auth/${path}?token=${valid}&code=${valid}&state=${valid}`, { token: valid })
    }
  })

  await t.test('what is no whole request', async () => {
    const { hostname, port } = new URL(hub.origin)
    for (const bytes of [
      `GET /api/v1/me?token=${valid} HTTP/1.1\r\nbroken ${valid}\r\n\r\n`,
      `GET /api/v1/me HTTP/1.1\r\nHost: ${valid} x\r\nAuthorization: Bearer ${valid}\r\n\r\n`,
      `GET /%zz?token=${valid} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      `${valid} /\r\n\r\n`,
      `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${valid}\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`,
      `POST /api/v1/me/tokens?token=${valid} HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\nConnection: close\r\n\r\n{`,
      `GET /api/v1/models?token=${valid} HTTP/1.1\r\nHost: x\r\n\r\nGET ${valid}\r\n\r\n`,
    ]) {
      const socket = connect(Number(port), hostname)
      socket.setTimeout(3000, () => socket.destroy())
      socket.write(bytes)
      const body = Buffer.from(await text(socket).catch(() => ''))
      answers.push({ shape: 'raw', answer: { status: 0, headers: {}, body } })
    }
  })

  await t.test('a failure that nobody foresaw', async () => {
    hub.change('ALTER TABLE tag RENAME TO gone')
    const failed = await send('unexpected failure', `/api/v1/tags?query=${valid}&token=${valid}`, { token: valid })
    assert.equal(failed.status, 500)
    hub.change('ALTER TABLE gone RENAME TO tag')
  })

  assert.ok(answers.length >= 300, `${answers.length} shapes`)
  t.diagnostic(`${answers.length} request shapes`)

  const told = new Map<string, Answer>()
  for (const { answer } of answers) {
    const { token } = jsonOf(answer)
    if (typeof token === 'string') told.set(token, answer)
  }
  assert.ok(told.size > 0, 'tokens were made')
  const all = [...secrets, ...told.keys(), password]
  for (const { shape, answer } of answers) {
    const seen = Buffer.concat([Buffer.from(JSON.stringify(answer.headers)), decoded(answer)])
    for (const secret of all)
      if (told.get(secret) === undefined || jsonOf(answer).token !== secret)
        assert.ok(!holds(seen, secret), `${shape} answers with a secret: ${seen.toString().slice(0, 2000)}`)
  }
  for (const secret of all) assert.ok(!holds(Buffer.from(hub.printed()), secret), `the log holds a secret`)
  // Both what the hub keeps and a copy of it, as backups are.
  hub.change('VACUUM INTO ?', join(hub.data, 'backup.db'))
  const files = await readdir(hub.data, { recursive: true, withFileTypes: true })
  let searched = 0
  for (const file of files) {
    if (!file.isFile()) continue
    const bytes = await readFile(join(file.parentPath, file.name))
    for (const secret of all) assert.ok(!holds(bytes, secret), `${file.name} holds a secret`)
    searched++
  }
  assert.ok(searched >= 3, 'database, its log, a copy')
})

test('an answer to a secret in the address is nobody else’s, and its page sends the address nowhere', () => {
  for (const { shape, answer } of answers)
    if (answer.status !== 0) assert.equal(answer.headers['referrer-policy'], 'no-referrer', shape)
  const inQuery = answers.filter(({ shape }) => / \/api\/(?!auth).*, (query|both|ended or wrong)$/.test(shape))
  assert.ok(inQuery.length > 200)
  for (const { shape, answer } of inQuery) {
    assert.match(answer.headers['cache-control'] ?? '', /^private, no-store/, shape)
  }
})

test('unknown, malformed, revoked and replaced tokens are answered alike', async () => {
  const unknown = 'mk_0000000000000000000000000000000000000000000000'
  for (const target of ['/api/v1/me', '/api/v1/models?limit=1', '/api/v1/models?favorites=true']) {
    const seen = new Set<string>()
    for (const token of [unknown, 'mk_short', 'x', revoked, replaced, canary, broken]) {
      const { status, headers, body } = await hub.ask(target, { token })
      // What the cache had differs by who asked before, not by the token.
      const { date: _, 'x-request-id': __, age: ___, 'cache-status': ____, ...rest } = headers
      seen.add(JSON.stringify([status, rest, body.toString()]))
    }
    assert.equal(seen.size, 1, target)
  }
})

/** Whether bytes hold a secret: whole, its random part, or either of them in base64. */
function holds(bytes: Buffer, secret: string): boolean {
  const random = secret.slice(secret.indexOf('_') + 1)
  return [secret, random, btoa(secret).slice(0, -4), btoa(random).slice(0, -4)].some((form) => bytes.includes(form))
}

const decoded = ({ headers, body }: Answer) => (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)

function jsonOf(answer: Answer): { token?: unknown } {
  if (!/^application\/json/.test(answer.headers['content-type'] ?? '') || answer.body.length === 0) return {}
  const value: unknown = JSON.parse(decoded(answer).toString())
  return typeof value === 'object' && value !== null ? value : {}
}
