import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type Answer, password, read, startHub } from './hub.ts'
import { idsOfKind, tidal, tidalHashes } from './library.ts'
import { ModelList } from './shapes.ts'

const hub = await startHub({ accounts: ['ada', 'bob'] })
after(() => hub.close())
const [ada, bob] = await Promise.all([hub.createToken('ada'), hub.createToken('bob')])

const byHash = `/api/v1/model-versions/by-hash/${tidalHashes.SHA256}`
const shareable = [
  '/api/v1/models',
  '/api/v1/models?limit=2&sort=Newest',
  `/api/v1/models/${tidal.modelId}`,
  `/api/v1/model-versions/${tidal.versionId}`,
  `/api/v1/model-versions/mini/${tidal.versionId}`,
  '/api/v1/images',
  '/api/v1/creators',
  '/api/v1/tags',
  '/api/v1/users?query=a',
  '/api/v1/enums',
  '/api/v1/permissions/check?entityIds=1',
  '/api/v1/collections',
]
const caching = ({ headers }: Answer) => headers['cache-control']
/** Those that do not tell of the way that this one answer came. */
const sameHeaders = ({ headers }: Answer) => {
  const { date: _, age: __, 'cache-status': ___, 'x-request-id': ____, ...same } = headers
  return same
}
const vary = ({ headers }: Answer) => (headers.vary ?? '').toLowerCase().split(/\s*,\s*/)

test('29. anonymous public answers may be shared for five minutes, and vary on credentials', async () => {
  for (const target of shareable) {
    for (const headers of [{}, { authorization: 'Bearer mk_unknown' }]) {
      const answer = await hub.ask(target, { headers })
      assert.equal(caching(answer), 'public, s-maxage=300, stale-while-revalidate=150', target)
      assert.ok(vary(answer).includes('authorization'), target)
    }
  }
})

test('30. what a hash belongs to may be shared for an hour', async () => {
  assert.equal(caching(await hub.ask(byHash)), 'public, s-maxage=3600, stale-while-revalidate=1800')
})

test('31. an answer to a valid token, or to a session, is nobody else’s', async () => {
  const cookie = await signIn('ada')
  for (const target of [...shareable, byHash, '/api/v1/me', '/api/v1/vault/get']) {
    for (const asked of [{ token: ada }, { headers: { cookie } }]) {
      const answer = await hub.ask(target, asked)
      assert.deepEqual([answer.status, caching(answer)], [200, 'private, no-store'], target)
    }
  }
})

test('32. an answer to ?token= is nobody else’s, whatever the token is worth', async () => {
  for (const target of [...shareable, byHash]) {
    for (const text of [ada, 'mk_unknown', '']) {
      const answer = await hub.ask(`${target}${target.includes('?') ? '&' : '?'}token=${text}`)
      assert.deepEqual([answer.status, caching(answer)], [200, 'private, no-store'], target)
    }
  }
})

test('33. failures are never shared as successes are', async () => {
  const failing: [string, number][] = [
    ['/api/v1/me', 401],
    ['/api/v1/models?favorites=true', 401],
    ['/api/v1/models/0', 404],
    ['/api/v1/model-versions/1', 404],
    ['/api/v1/model-versions/by-hash/00', 404],
    ['/api/v1/nothing', 404],
    ['/api/v1/models?page=11&limit=100', 429],
    ['/api/v1/images?page=6&limit=200', 429],
    ['/api/v1/models?limit=101', 400],
    ['/api/v1/models/abc', 400],
    ['/api/download/models/1', 404],
  ]
  for (const [target, status] of failing) {
    const answer = await hub.ask(target)
    assert.equal(answer.status, status, target)
    assert.doesNotMatch(caching(answer) ?? '', /public|s-maxage|(?<!s-)max-age=[1-9]/, target)
  }
  const wrongMethod = await hub.ask('/api/v1/models', { method: 'DELETE' })
  assert.deepEqual([wrongMethod.status, caching(wrongMethod)?.includes('public')], [405, false])
})

test('34. nobody is given the answer of another caller, in whichever order they ask', async () => {
  const { modelId } = idsOfKind(4)
  assert.equal((await hub.ask(`/api/v1/me/hidden/${modelId}`, { method: 'PUT', token: ada })).status, 200)
  const lists = async (target: string, token: string | undefined) =>
    read(await hub.ask(target, token === undefined ? {} : { token }), ModelList).items.some(({ id }) => id === modelId)
  const orders = [
    [undefined, ada, undefined, bob, ada],
    [ada, undefined, bob, ada, undefined],
    [bob, ada, undefined, undefined, ada],
  ]
  for (const [index, callers] of orders.entries()) {
    // Each order has an address of its own, which no cache knows yet.
    const target = `/api/v1/models?unused=${index}`
    for (const caller of callers) assert.equal(await lists(target, caller), caller !== ada, `order ${index}`)
  }
  assert.ok(!(await lists(`/api/v1/models?token=${ada}`, undefined)))
  assert.ok(await lists('/api/v1/models?token=', undefined))
})

test('35. HEAD answers as GET does, without the body', async () => {
  const targets = [...shareable, byHash, '/api/v1/me', '/api/v1/models/0', '/api/v1/models?limit=101']
  for (const target of targets) {
    const got = await hub.ask(target)
    const headed = await hub.ask(target, { method: 'HEAD' })
    assert.equal(headed.status, got.status, target)
    assert.deepEqual(sameHeaders(headed), sameHeaders(got), target)
    assert.equal(headed.headers['content-length'], String(got.body.length), target)
    assert.equal(headed.body.length, 0)
  }
})

test('an answer is compressed for who takes gzip, and only so; each spelling has a validator of its own', async () => {
  for (const asked of [{}, { token: ada }]) {
    const plain = await hub.ask('/api/v1/models?limit=9', asked)
    for (const accepted of ['gzip', 'deflate, gzip;q=0.5', 'br;q=0.5, GZIP']) {
      const answer = await hub.ask('/api/v1/models?limit=9', { ...asked, headers: { 'accept-encoding': accepted } })
      assert.equal(answer.headers['content-encoding'], 'gzip', accepted)
      assert.ok(gunzipSync(answer.body).equals(plain.body), accepted)
      assert.ok(answer.body.length < plain.body.length / 2, accepted)
      assert.equal(answer.headers['content-length'], String(answer.body.length))
      assert.ok(vary(answer).includes('accept-encoding'))
      const headed = await hub.ask('/api/v1/models?limit=9', {
        ...asked,
        method: 'HEAD',
        headers: { 'accept-encoding': accepted },
      })
      assert.deepEqual(sameHeaders(headed), sameHeaders(answer))
    }
    for (const accepted of ['', 'deflate', '*', 'gzip;q=0', 'identity']) {
      const answer = await hub.ask('/api/v1/models?limit=9', { ...asked, headers: { 'accept-encoding': accepted } })
      assert.equal(answer.headers['content-encoding'], undefined, accepted)
      assert.ok(answer.body.equals(plain.body), accepted)
      assert.ok(vary(answer).includes('accept-encoding'), 'the other spelling is not for everybody either')
    }
  }
  const hashes = Array(100).fill(tidalHashes.SHA256)
  const bulk = await hub.ask('/api/v1/model-versions/by-hash', {
    method: 'POST',
    json: hashes,
    headers: { 'accept-encoding': 'gzip' },
  })
  assert.equal(JSON.parse(gunzipSync(bulk.body).toString())[0].id, tidal.versionId)
})

test('who has an answer already gets a 304, in either spelling', async () => {
  const target = '/api/v1/models?limit=9'
  const tags = new Set<string>()
  for (const accepted of ['identity', 'gzip']) {
    const ask = (tag?: string) =>
      hub.ask(target, { headers: { 'accept-encoding': accepted, ...(tag !== undefined && { 'if-none-match': tag }) } })
    const { headers } = await ask()
    const { etag = '' } = headers
    tags.add(etag)
    for (const known of [etag, `W/${etag}`, `"a,b", ${etag}`, '*']) {
      const answer = await ask(known)
      assert.deepEqual([answer.status, answer.body.length], [304, 0], known)
      for (const name of ['etag', 'cache-control', 'vary']) assert.equal(answer.headers[name], headers[name], name)
    }
    assert.equal((await ask('"other"')).status, 200)
  }
  assert.equal(tags.size, 2, 'the bytes are not the same')
})

/** Signs in as a browser does; gives the cookie that it would send. */
async function signIn(username: string): Promise<string> {
  const answer = await hub.ask('/api/auth/sign-in/username', {
    method: 'POST',
    headers: { origin: hub.origin },
    json: { username, password },
  })
  assert.equal(answer.status, 200, answer.body.toString())
  return (answer.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]).join('; ')
}
