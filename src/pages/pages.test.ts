import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { type PagesFixture, withPages } from './pages.fixture.ts'

const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0', accept: 'text/html,*/*;q=0.8' }

/** The targets of a page's links, forms and style sheets. */
const linksOf = (text: string) => [...text.matchAll(/(?:href|action|src)="([^"]*)"/g)].map(([, link]) => link ?? '')

async function pageOf({ request }: PagesFixture, target: string, status = 200) {
  const response = await request(target, { headers: browser })
  assert.equal(response.status, status, target)
  assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8', target)
  return { response, text: await response.text() }
}

test('the front page tells how to call this very hub, at the address it was reached by', () =>
  withPages(async (hub) => {
    const { text } = await pageOf(hub, '/')
    assert.match(text, new RegExp(`curl '${hub.origin}/api/v1/models\\?limit=3'`))
    assert.match(text, new RegExp(`Authorization: Bearer .*${hub.origin}/api/v1/me`))
    assert.match(text, /href="\/login"/)
  }))

test('a page runs nothing, is framed by nobody, tells no other host where it was, and is kept by no cache', () =>
  withPages(async (hub) => {
    const { modelId, versionId } = await hub.addFile('a.safetensors', Buffer.from('a'))
    const targets = ['/', '/login', '/nothing', `/models/${modelId}`, `/model-versions/${versionId}`, '/models/77']
    for (const target of targets) {
      const response = await hub.request(target, { headers: browser })
      const policy = response.headers.get('content-security-policy') ?? ''
      assert.match(policy, /^default-src 'none'; style-src 'self'; img-src 'self';/, target)
      assert.match(policy, /base-uri 'none'; frame-ancestors 'none'$/, target)
      assert.doesNotMatch(policy, /unsafe|script-src/, target)
      assert.equal(response.headers.get('x-frame-options'), 'DENY', target)
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff', target)
      // A form's page sends its bare origin, so that the form can be told from a foreign one.
      assert.equal(response.headers.get('referrer-policy'), target === '/login' ? 'strict-origin' : 'no-referrer')
      assert.equal(response.headers.get('cache-control'), 'private, no-store', target)
      assert.equal(response.headers.get('access-control-allow-origin'), null, target)
      assert.doesNotMatch(await response.text(), /<script|<style|\sstyle=|\son[a-z]+=/i, target)
    }
  }))

test('everything that pages link to is there', () =>
  withPages(async (hub) => {
    const { modelId, versionId } = await hub.addFile('a.safetensors', Buffer.from('a'))
    const seen = new Set<string>()
    const walk = async (target: string): Promise<void> => {
      const url = new URL(target, hub.origin)
      assert.equal(url.origin, hub.origin, `${target} leads elsewhere`)
      if (seen.has(url.pathname)) return
      seen.add(url.pathname)
      if (url.pathname === '/logout') return
      const response = await fetch(url, { headers: browser })
      assert.equal(response.status, 200, target)
      if (response.headers.get('content-type')?.startsWith('text/html'))
        for (const link of linksOf(await response.text())) await walk(link)
    }
    for (const target of [
      '/',
      '/nothing',
      `/models/${modelId}`,
      '/login?returnUrl=/model-versions/1&reason=download-auth',
    ])
      for (const link of linksOf(await (await hub.request(target, { headers: browser })).text())) await walk(link)
    for (const path of ['/login', '/style.css', '/favicon.svg', `/model-versions/${versionId}`])
      assert.ok(seen.has(path), path)
    assert.ok(seen.has(`/api/download/models/${versionId}`))
  }))

test('the style sheet, the icon and robots.txt are what they say', () =>
  withPages(async ({ request }) => {
    for (const [path, mediaType, form] of [
      ['/style.css', 'text/css; charset=utf-8', /prefers-color-scheme: dark/],
      ['/favicon.svg', 'image/svg+xml', /^<svg/],
      ['/favicon.ico', 'image/svg+xml', /^<svg/],
      ['/robots.txt', 'text/plain; charset=utf-8', /^User-agent: \*\nDisallow: \/\n$/],
    ] as const) {
      const response = await request(path)
      assert.deepEqual([response.status, response.headers.get('content-type')], [200, mediaType])
      assert.match(await response.text(), form)
    }
  }))

test('a model and a version name their files, each with its download', () =>
  withPages(async (hub) => {
    const { id, versions } = await hub.addModel({
      name: 'Ink & Wash',
      type: 'LORA',
      creator: 'Maker',
      description: '<p>Made <b>slowly</b>.</p>',
      versions: [
        {
          name: 'v2',
          trained_words: ['ink wash'],
          files: [{ name: 'two.safetensors' }, { name: 'two.yaml', type: 'Config', format: 'Other' }],
        },
        { name: 'v1', files: [{ name: 'one.safetensors' }] },
      ],
    })
    const [second, first] = versions.map((version) => version.id)
    const model = await pageOf(hub, `/models/${id}`)
    assert.match(model.text, /<title>Ink &#38; Wash - modelkeep<\/title>/)
    for (const said of ['LORA by Maker', 'two.safetensors', 'two.yaml', 'one.safetensors', 'Made slowly.', '144 MiB'])
      assert.ok(model.text.includes(said), said)
    for (const link of [
      `/model-versions/${second}`,
      `/model-versions/${first}`,
      `${hub.origin}/api/download/models/${second}`,
      `${hub.origin}/api/download/models/${first}`,
      `${hub.origin}/api/download/models/${second}?type=Config&#38;format=Other`,
    ])
      assert.ok(linksOf(model.text).includes(link), link)

    const version = await pageOf(hub, `/model-versions/${second}`)
    for (const said of ['Ink &#38; Wash', 'v2', 'two.yaml', 'ink wash', 'urn:air:sdxl:lora:civitai:'])
      assert.ok(version.text.includes(said), said)
    assert.ok(!version.text.includes('one.safetensors'))
  }))

test('the addresses of the site lead to the same pages', () =>
  withPages(async (hub) => {
    const { modelId, versionId } = await hub.addFile('a.safetensors', Buffer.from('a'))
    assert.match((await pageOf(hub, `/models/${modelId}/some-name`)).text, /a\.safetensors/)
    const chosen = await hub.request(`/models/${modelId}?modelVersionId=${versionId}`)
    assert.deepEqual([chosen.status, chosen.headers.get('location')], [302, `/model-versions/${versionId}`])
    await pageOf(hub, `/models/${modelId}?modelVersionId=123`)
  }))

test('names and descriptions are text, whatever they hold', () =>
  withPages(async (hub) => {
    const hostile = `"><img src=x onerror='alert(1)'><script>alert(2)</script>`
    const { id, versions } = await hub.addModel({
      name: hostile,
      creator: hostile,
      description: `<p>x</p>${hostile}&lt;script&gt;`,
      versions: [
        {
          name: hostile,
          description: hostile,
          base_model: hostile,
          trained_words: [hostile],
          files: [
            { name: hostile, fp: hostile },
            { name: hostile, fp: 'fp16&"' },
          ],
        },
      ],
    })
    for (const target of [`/models/${id}`, `/model-versions/${versions[0]?.id}`]) {
      const { text } = await pageOf(hub, target)
      assert.doesNotMatch(text, /<img|<script|<[^>]*\sonerror/i)
      assert.match(text, /&#34;&#62;&#60;img src=x/)
    }
  }))

test('what is archived says so and offers no download', () =>
  withPages(async (hub) => {
    for (const mode of ['Archived', 'TakenDown'] as const) {
      const { id, versions } = await hub.addModel({ mode })
      for (const target of [`/models/${id}`, `/model-versions/${versions[0]?.id}`]) {
        const { text } = await pageOf(hub, target)
        assert.match(text, /It cannot be downloaded/)
        assert.doesNotMatch(text, /\/api\/download/)
      }
    }
  }))

test('an id that nothing has is a page that says so', () =>
  withPages(async (hub) => {
    const draft = await hub.addModel({ status: 'Draft' })
    for (const id of ['0', '77', 'abc', '99999999999', '2147483648', '-1', '1e3', `${draft.id}`, '%3Cscript%3E'])
      for (const path of ['/models', '/model-versions'])
        if (path === '/models' || id !== `${draft.id}`) await pageOf(hub, `${path}/${id}`, 404)
  }))

test('unknown addresses answer people with a page and programs with JSON, below /api always with JSON', () =>
  withPages(async (hub) => {
    assert.match((await pageOf(hub, '/nothing/here', 404)).text, /Nothing is here/)
    for (const [target, headers] of [
      ['/nothing', {}],
      ['/api', browser],
      ['/api/', browser],
      ['/api/v1/nothing', browser],
      ['/API/v1/models', browser],
      ['/api/auth/nothing', browser],
      ['/files/forged', browser],
    ] as const) {
      const response = await hub.request(target, { headers })
      assert.equal(response.status, 404, target)
      assert.match(response.headers.get('content-type') ?? '', /^application\/json/, target)
      assert.ok('error' in ((await response.json()) as object), target)
    }
  }))

test('pages answer HEAD as GET, and name their methods to others', () =>
  withPages(async (hub) => {
    for (const target of ['/', '/login', '/style.css']) {
      const [head, get] = await Promise.all([hub.request(target, { method: 'HEAD' }), hub.request(target)])
      assert.equal(head.status, 200)
      assert.equal(head.headers.get('content-length'), get.headers.get('content-length'))
      assert.equal(await head.text(), '')
    }
    for (const [target, method, allow] of [
      ['/', 'POST', 'GET, HEAD'],
      ['/login', 'PUT', 'GET, HEAD, POST'],
      ['/login', 'OPTIONS', 'GET, HEAD, POST'],
      ['/logout', 'GET', 'POST'],
    ] as const) {
      const response = await hub.request(target, { method })
      assert.deepEqual([response.status, response.headers.get('allow')], [405, allow], `${method} ${target}`)
    }
  }))

/** What `/` answers to a `Host` header; `fetch` sets that by itself. */
async function frontFor(origin: string, host: string) {
  const request = get(origin, { headers: { host, accept: 'text/html' } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode, text: await new Response(Readable.toWeb(response) as ReadableStream).text() }
}

test('pages speak of the host that they were asked by, and of no other than the allowed', () =>
  withPages(
    async ({ origin }) => {
      const allowed = await frontFor(origin, 'hub.example')
      assert.equal(allowed.status, 200)
      assert.match(allowed.text, /curl 'http:\/\/hub\.example\/api/)
      for (const [host, status] of [
        ['evil.test', 421],
        ['"><b>', 400],
      ] as const) {
        const refused = await frontFor(origin, host)
        assert.equal(refused.status, status)
        assert.doesNotMatch(refused.text, /evil|<b>/)
      }
    },
    { allowedHosts: ['hub.example'] },
  ))
