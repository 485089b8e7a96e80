import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startHub, trustedOrigin } from './hub.ts'
import { tidal, tidalHashes } from './library.ts'

const hub = await startHub({ accounts: ['ada'] })
after(() => hub.close())
const token = await hub.createToken('ada')

const open = [
  '/api/v1/models',
  `/api/v1/models/${tidal.modelId}`,
  `/api/v1/model-versions/${tidal.versionId}`,
  `/api/v1/model-versions/by-hash/${tidalHashes.AutoV2}`,
  '/api/v1/images',
  '/api/v1/creators',
  '/api/v1/tags',
  '/api/v1/enums',
  `/api/download/models/${tidal.versionId}`,
]
const foreign = 'https://elsewhere.example'
/** Each differs from the trusted origin in one part. */
const lookAlikes = [
  `${trustedOrigin}.evil.example`,
  `${trustedOrigin}:8443`,
  `${trustedOrigin}/`,
  'https://evil-app.example',
  'https://sub.app.example',
  'https://app.exampl',
  'http://app.example',
  'null',
]

/** What the request carries to say who asks; the cookie has the name of a session, and no worth. */
const credentials = {
  'a valid token': { headers: { authorization: `Bearer ${token}` }, query: '' },
  'an invalid token': { headers: { authorization: 'Bearer mk_unknown' }, query: '' },
  'a token in the query': { headers: {}, query: `?token=${token}` },
  'a session cookie': { headers: { cookie: 'modelkeep.session_token=made.up' }, query: '' },
}

test('36. a page of any origin may read anonymous public answers', async () => {
  for (const target of open) {
    for (const origin of [foreign, 'http://localhost:8188', 'null', 'https://app.example.evil.example']) {
      const { headers } = await hub.ask(target, { headers: { origin } })
      assert.equal(headers['access-control-allow-origin'], '*', `${target} from ${origin}`)
      assert.equal(headers['access-control-allow-credentials'], undefined, target)
    }
    assert.equal((await hub.ask(target)).headers['access-control-allow-origin'], '*', `${target} from no origin`)
  }
  const unknown = await hub.ask('/api/v1/models/0', { headers: { origin: foreign } })
  assert.equal(unknown.headers['access-control-allow-origin'], '*', 'failures can be read as well')
})

test('120. an unknown route under /api has the CORS headers of a public one, so that a page sees the 404', async () => {
  const unknown = ['/api/v1/nothing', '/api/v1/models/1/2/3', '/api', '/api/v2/models', '/api/auth/nothing']
  for (const target of unknown) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      if (target === '/api/auth/nothing' && method === 'DELETE') continue
      const answer = await hub.ask(target, { method, headers: { origin: foreign } })
      assert.equal(answer.status, 404, `${method} ${target}`)
      assert.equal(answer.headers['access-control-allow-origin'], '*', `${method} ${target}`)
      assert.match(answer.headers.vary ?? '', /\bOrigin\b/)
    }
    for (const { headers, query } of Object.values(credentials))
      assertNotAllowed((await hub.ask(target + query, { headers: { ...headers, origin: foreign } })).headers, target)
    const trusted = await hub.ask(target, {
      headers: { origin: trustedOrigin, ...credentials['a valid token'].headers },
    })
    assert.equal(trusted.headers['access-control-allow-origin'], trustedOrigin, target)
    assert.equal(trusted.headers['access-control-allow-credentials'], 'true', target)
  }
  const preflight = (names: string, target = '/api/v1/nothing') =>
    hub.ask(target, {
      method: 'OPTIONS',
      headers: {
        origin: foreign,
        'access-control-request-method': 'POST',
        'access-control-request-headers': names,
      },
    })
  const allowed = await preflight('content-type')
  assert.equal(allowed.status, 204)
  assert.equal(allowed.headers['access-control-allow-origin'], '*')
  assert.match(allowed.headers['access-control-allow-methods'] ?? '', /\bPOST\b/)
  assertNotAllowed((await preflight('authorization')).headers, 'a preflight for Authorization')
  assertNotAllowed((await hub.ask('/nothing', { headers: { origin: foreign } })).headers, 'a path outside of /api')
})

test('37. a foreign page may read no answer to credentials, and nothing that needs them', async () => {
  for (const [what, { headers, query }] of Object.entries(credentials)) {
    for (const target of [...open, '/api/v1/me']) {
      const answer = await hub.ask(target + query, { headers: { ...headers, origin: foreign } })
      assertNotAllowed(answer.headers, `${target} with ${what}`)
    }
  }
  assertNotAllowed((await hub.ask('/api/v1/me', { headers: { origin: foreign } })).headers, '/me without credentials')
})

test('38. a trusted page may read answers to credentials, and caches are told that it is by origin', async () => {
  for (const [what, { headers, query }] of Object.entries(credentials)) {
    for (const target of [...open, '/api/v1/me']) {
      const answer = await hub.ask(target + query, { headers: { ...headers, origin: trustedOrigin } })
      const said = `${target} with ${what}`
      assert.equal(answer.headers['access-control-allow-origin'], trustedOrigin, said)
      assert.equal(answer.headers['access-control-allow-credentials'], 'true', said)
      assert.match(answer.headers.vary ?? '', /\borigin\b/i, said)
    }
  }
})

test('39. an origin that merely looks like a trusted one is a foreign one', async () => {
  for (const origin of lookAlikes) {
    const answer = await hub.ask('/api/v1/me', { token, headers: { origin } })
    // A token that a page of another site holds is anybody's: it speaks for nobody there. No page has the origin `null`.
    assert.equal(answer.status, origin === 'null' ? 200 : 401, origin)
    assertNotAllowed(answer.headers, origin)
    const preflight = await ask('/api/v1/me', { origin, 'access-control-request-headers': 'authorization' })
    assertNotAllowed(preflight, `preflight from ${origin}`)
  }
})

test('40. a foreign page is not allowed to send Authorization', async () => {
  for (const target of [...open, '/api/v1/me', '/api/v1/vault/get']) {
    for (const asked of ['authorization', 'Authorization', 'content-type, authorization,x-more']) {
      const headers = await ask(target, { origin: foreign, 'access-control-request-headers': asked })
      assertNotAllowed(headers, `${target} asked for ${asked}`)
    }
  }
  const plain = await ask('/api/v1/models', { origin: foreign, 'access-control-request-headers': 'content-type' })
  assert.equal(plain['access-control-allow-origin'], '*')
  assert.match(plain['access-control-allow-methods'] ?? '', /\bGET\b/)
  const posted = await ask('/api/v1/model-versions/by-hash', {
    origin: foreign,
    'access-control-request-method': 'POST',
  })
  assert.match(posted['access-control-allow-methods'] ?? '', /\bPOST\b/)
})

test('41. a trusted page is allowed to send Authorization', async () => {
  for (const target of [...open, '/api/v1/me', '/api/v1/vault/get']) {
    const headers = await ask(target, { origin: trustedOrigin, 'access-control-request-headers': 'authorization' })
    assert.equal(headers['access-control-allow-origin'], trustedOrigin, target)
    assert.equal(headers['access-control-allow-credentials'], 'true', target)
    assert.match(headers['access-control-allow-headers'] ?? '', /\bauthorization\b/i, target)
    assert.match(headers['access-control-allow-methods'] ?? '', /\bGET\b/, target)
    assert.match(headers.vary ?? '', /\borigin\b/i, target)
  }
})

type Headers = Awaited<ReturnType<typeof hub.ask>>['headers']

/** A preflight; gives the headers of its answer. */
async function ask(target: string, headers: Record<string, string>): Promise<Headers> {
  const answer = await hub.ask(target, {
    method: 'OPTIONS',
    headers: { 'access-control-request-method': 'GET', ...headers },
  })
  assert.ok(answer.status === 204 || answer.status === 200, `${target}: ${answer.status}`)
  assert.equal(answer.body.length, 0)
  return answer.headers
}

function assertNotAllowed(headers: Headers, what: string): void {
  assert.equal(headers['access-control-allow-origin'], undefined, what)
  assert.equal(headers['access-control-allow-credentials'], undefined, what)
  assert.doesNotMatch(headers['access-control-allow-headers'] ?? '', /authorization/i, what)
}
