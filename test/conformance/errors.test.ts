import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { endpoints } from '../../src/endpoints/index.ts'
import { assertRefused, startHub } from './hub.ts'
import { tidal } from './library.ts'

const hub = await startHub({ accounts: ['ada'] })
after(() => hub.close())
const token = await hub.createToken('ada')

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const asBrowser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)', accept: 'text/html,application/xhtml+xml' }

test('95. a method that a route does not have is refused, and those that it has are named', async () => {
  const paths = new Set(endpoints.map(({ path }) => path.replaceAll(/:\w+/g, '1')))
  assert.ok(paths.size > 20, 'every route of the hub')
  for (const path of paths) {
    // Where a fixed word stands in the place of an id (`by-hash` for a version), the path is on the route of ids as well.
    const routes = endpoints.filter((route) => new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(path))
    const known = new Set(routes.flatMap(({ method }): string[] => (method === 'GET' ? ['GET', 'HEAD'] : [method])))
    for (const method of methods.filter((name) => !known.has(name))) {
      const answer = await hub.ask(path, { method, token, headers: asBrowser })
      const allowed = new Set((answer.headers.allow ?? '').split(/\s*,\s*/))
      assert.equal(answer.status, 405, `${method} ${path}`)
      assert.deepEqual(allowed, new Set([...known, 'OPTIONS']), path)
      if (method !== 'HEAD') assertRefused(answer, 405, { error: 'Method not allowed' })
    }
  }
})

test('96. an unknown route under /api is a JSON 404, for browsers as well', async () => {
  for (const path of [
    '/api/v1/nothing',
    '/api/v1',
    '/api',
    '/api/',
    '/api/v2/models',
    '/api/v1/models/1/2/3',
    '/api/download',
  ]) {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await hub.ask(path, { method, headers: asBrowser })
      assert.equal(answer.status, 404, `${method} ${path}`)
      assert.match(answer.headers['content-type'] ?? '', /^application\/json(;|$)/)
      assert.equal(typeof (JSON.parse(answer.body.toString()) as { error: unknown }).error, 'string')
    }
  }
})

test('97. malformed percent-encoding is a JSON 400', async () => {
  const malformed = ['%', '%z', '%zz', '%ff', '%c3%28', '%E0%A4']
  for (const text of malformed) {
    for (const target of [
      `/api/v1/models?query=${text}`,
      `/api/v1/models?${text}=1`,
      `/api/v1/models?token=${text}`,
      `/api/v1/models/${text}`,
      `/api/v1/model-versions/by-hash/${text}`,
      `/api/download/models/${text}`,
    ]) {
      const answer = await hub.ask(target)
      assert.equal(answer.status, 400, target)
      assert.match(answer.headers['content-type'] ?? '', /^application\/json(;|$)/)
      assert.ok((JSON.parse(answer.body.toString()) as { error: unknown }).error, target)
    }
  }
})

test('98. a number beyond 32 bits is a 400 wherever a number is asked for, and the largest of them is none', async () => {
  const places = [
    (id: string) => `/api/v1/models/${id}`,
    (id: string) => `/api/v1/model-versions/${id}`,
    (id: string) => `/api/v1/model-versions/mini/${id}`,
    (id: string) => `/api/v1/model-versions/mini/${tidal.versionId}?modelFileId=${id}`,
    (id: string) => `/api/v1/model-files/${id}/tensor-metadata`,
    (id: string) => `/api/v1/models?ids=${id}`,
    (id: string) => `/api/v1/images?modelId=${id}`,
    (id: string) => `/api/v1/images?modelVersionId=${id}`,
    (id: string) => `/api/v1/images?imageId=${id}`,
    (id: string) => `/api/v1/images?postId=${id}`,
    (id: string) => `/api/v1/images?userId=${id}`,
    (id: string) => `/api/v1/users?ids=${id}`,
    (id: string) => `/api/v1/collections/${id}`,
    (id: string) => `/api/v1/vault/check-vault?modelVersionIds=${id}`,
    (id: string) => `/api/download/models/${id}`,
    (id: string) => `/api/download/models/${tidal.versionId}?fileId=${id}`,
  ]
  for (const place of places) {
    for (const id of ['2147483648', '4294967297', '9007199254740993', '99999999999999999999999']) {
      const { status, body } = await hub.ask(place(id), { token })
      assert.equal(status, 400, `${place(id)}: ${body}`)
    }
    const largest = await hub.ask(place('2147483647'), { token })
    assert.ok([200, 404].includes(largest.status), `${place('2147483647')}: ${largest.status}`)
  }
  for (const name of ['page', 'limit'])
    for (const path of ['models', 'images', 'creators', 'tags'])
      assert.equal((await hub.ask(`/api/v1/${path}?${name}=99999999999`)).status, 400, `${path} ${name}`)
})
