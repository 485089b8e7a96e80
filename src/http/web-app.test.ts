import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fastify, { type FastifyInstance } from 'fastify'
import { mountWebApp, prefersPage } from './web-app.ts'

const script = 'console.log("fox")'.repeat(100)

/** A server with an app of one document and one script, or with none that is built. */
async function withApp(
  run: (app: FastifyInstance) => Promise<void>,
  { isBuilt = true, publicUrl }: { isBuilt?: boolean; publicUrl?: string } = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-web-app-'))
  const app = fastify({ routerOptions: { ignoreTrailingSlash: true } })
  try {
    if (isBuilt) {
      await mkdir(join(directory, 'assets'))
      await writeFile(join(directory, 'index.html'), '<!doctype html><meta name="csp-nonce" content=""><p>fox</p>')
      await writeFile(join(directory, 'robots.txt'), 'User-agent: *\n')
      await writeFile(join(directory, 'assets/index-abc.js'), script)
      await writeFile(join(directory, 'assets/index-abc.js.gz'), gzipSync(script))
    }
    const options = { publicUrl, allowedHosts: ['hub.example'] }
    const webApp = mountWebApp(app, options, isBuilt ? directory : join(directory, 'missing'))
    app.setNotFoundHandler((request, reply) =>
      prefersPage(request) ? webApp.send(request, reply, 404) : reply.code(404).send({ error: 'Not found' }),
    )
    await run(app)
  } finally {
    await app.close()
    await rm(directory, { recursive: true })
  }
}

const headers = { host: 'hub.example', accept: 'text/html' }

test('the document allows no script but the hub’s own, and style elements of one answer alone', () =>
  withApp(async (app) => {
    const [one, other] = [await app.inject({ url: '/models', headers }), await app.inject({ url: '/models', headers })]
    const noncesOf = ({ headers, body }: typeof one) => [
      /style-src 'self' 'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1],
      /name="csp-nonce" content="([^"]+)"/.exec(body)?.[1],
    ]
    const [inPolicy, inDocument] = noncesOf(one)
    assert.ok(inPolicy !== undefined && inPolicy.length >= 22)
    assert.equal(inDocument, inPolicy)
    assert.notEqual(noncesOf(other)[0], inPolicy)
    const policy = String(one.headers['content-security-policy'])
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "img-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
      assert.ok(policy.split('; ').includes(rule), rule)
    assert.doesNotMatch(policy, /unsafe|\*/)
    assert.equal(one.headers['cache-control'], 'private, no-store')
  }))

test('where the hub gives out another address, pictures of that one are shown as well', () =>
  withApp(
    async (app) => {
      const { headers: given } = await app.inject({ url: '/', headers })
      assert.match(String(given['content-security-policy']), /img-src 'self' https:\/\/hub\.example;/)
    },
    { publicUrl: 'https://hub.example' },
  ))

test('a page that is not there is 404 with the document, for people alone', () =>
  withApp(async (app) => {
    const page = await app.inject({ url: '/nothing', headers })
    assert.deepEqual([page.statusCode, page.body.includes('fox')], [404, true])
    for (const [url, accept] of [
      ['/nothing', 'application/json'],
      ['/api/nothing', 'text/html'],
      ['/assets/nothing.js', 'text/html'],
    ] as const) {
      const answer = await app.inject({ url, headers: { ...headers, accept } })
      assert.deepEqual([answer.statusCode, answer.json()], [404, { error: 'Not found' }], url)
    }
  }))

test('pages are asked for by GET and HEAD, at hosts that the hub answers for', () =>
  withApp(async (app) => {
    assert.equal((await app.inject({ method: 'HEAD', url: '/login', headers })).statusCode, 200)
    const posted = await app.inject({ method: 'POST', url: '/login', headers })
    assert.deepEqual([posted.statusCode, posted.headers.allow], [405, 'GET, HEAD'])
    assert.equal((await app.inject({ url: '/', headers: { ...headers, host: 'evil.test' } })).statusCode, 421)
    assert.equal((await app.inject({ url: '/', headers: { ...headers, host: '"><b>' } })).statusCode, 400)
  }))

test('files under names of their content are kept for ever, and come compressed to who takes it', () =>
  withApp(async (app) => {
    const plain = await app.inject({ url: '/assets/index-abc.js', headers })
    assert.deepEqual([plain.statusCode, plain.body], [200, script])
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable')
    const small = await app.inject({ url: '/assets/index-abc.js', headers: { ...headers, 'accept-encoding': 'gzip' } })
    assert.equal(small.headers['content-encoding'], 'gzip')
    assert.match(String(small.headers.vary), /accept-encoding/i)
    assert.ok(small.rawPayload.length < script.length)
    assert.equal((await app.inject({ url: '/robots.txt', headers })).headers['cache-control'], 'public, max-age=3600')
    for (const url of ['/assets/../index.html', '/assets/%2e%2e/index.html', '/index.html'])
      assert.equal((await app.inject({ url, headers: { ...headers, accept: '*/*' } })).statusCode, 404, url)
  }))

test('a file that is asked for with a token in its address is kept by nobody', () =>
  withApp(async (app) => {
    for (const path of ['/assets/index-abc.js', '/robots.txt'])
      for (const query of ['token=mk_x', 'v=1&token=', '%74oken=mk_x', '%zz&token=mk_x']) {
        const { statusCode, headers: given } = await app.inject({ url: `${path}?${query}`, headers })
        assert.deepEqual([statusCode, given['cache-control']], [200, 'private, no-store'], query)
      }
  }))

test('an app that is not built is told of', () =>
  withApp(
    async (app) => {
      const { statusCode, body } = await app.inject({ url: '/models', headers })
      assert.equal(statusCode, 503)
      assert.match(body, /not built/)
    },
    { isBuilt: false },
  ))
