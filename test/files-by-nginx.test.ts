import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { actorContext, startHub } from './conformance/hub.ts'
import { tidal } from './conformance/library.ts'
import { hashesOf, safetensors } from './conformance/model-file.ts'
import { eventually } from './eventually.ts'
import { documented, type Front, startNginx } from './proxies.fixture.ts'

/*
 * nginx sends the files of two library folders in place of the hub, with the configuration that the documentation gives.
 */

const second = await mkdtemp(join(tmpdir(), 'mk-second-'))
/** What the hub is told of it: a link. nginx is told where that leads. */
const link = `${second}-link`
await symlink(second, link)
/** Names that mean something else in an address, in a header or in a configuration. */
const names = [
  'plain.safetensors',
  'with blanks  and + plus.safetensors',
  '100%.safetensors',
  '%41%2e%2e.safetensors',
  'question?type=x#fragment&a=b;c.safetensors',
  `"double" 'single' $host \${uri} {x}.safetensors`,
  'back\\slash.safetensors',
  'モデル 模型 é e\u0301.safetensors',
  'new\nline\ttab.safetensors',
  'dots..in...it.safetensors',
  'folder, with: all?/of % it #/deep.safetensors',
]
const files = names.map((name) => ({ name, bytes: safetensors(name, 5000) }))
for (const { name, bytes } of files) {
  await mkdir(join(second, name, '..'), { recursive: true })
  await writeFile(join(second, name), bytes)
}

// A file that is known by a link to it alone.
const linked = { name: 'linked.safetensors', bytes: safetensors('linked', 5000) }
await mkdir(join(second, '.hidden'))
await writeFile(join(second, '.hidden', 'bytes'), linked.bytes)
await symlink(join(second, '.hidden', 'bytes'), join(second, linked.name))

const prefix = '/modelkeep-files'
const hub = await startHub({
  flags: [link, '--trust-proxy', '127.0.0.1', '--send-files', `x-accel-redirect=${prefix}`],
})
const nginx: Front = await startNginx(async ({ port, directory }) => {
  const server = await documented('nginx', {
    'listen 80': `listen 127.0.0.1:${port}`,
    'http://127.0.0.1:3333': hub.origin,
    '/var/cache/nginx/modelkeep': `${directory}/cache`,
  })
  const folders = [hub.folder, second].map((folder) => folder.slice(1))
  const location = await documented('nginx', { 'srv/models|mnt/loras': folders.join('|') }, 1)
  return server.replace(/\}\s*$/, `${location}}`)
})
const agent = new Agent({ keepAlive: true })
const ask = actorContext(nginx.origin, agent)
after(async () => {
  agent.destroy()
  await nginx.close()
  await hub.close()
  await rm(second, { recursive: true })
  await rm(link)
})

/** The signed address of a file, without its origin. */
async function addressOf(bytes: Buffer): Promise<string> {
  const byHash = `/api/v1/model-versions/by-hash/${hashesOf(bytes).SHA256}`
  let version: { id: number } | undefined
  await eventually(async () => {
    const answer = await hub.ask(`${byHash}?at=${performance.now()}`, { headers: { 'cache-control': 'no-cache' } })
    if (answer.status === 200) version = JSON.parse(answer.body.toString())
    return version !== undefined
  }, 'the hub has read the file')
  const { status, headers } = await ask(`/api/download/models/${version?.id}`)
  assert.equal(status, 307)
  return new URL(String(headers.location)).pathname
}

/** What the hub answers to a request that was passed on. */
const passedOn = (target: string) => hub.ask(target, { headers: { 'x-forwarded-for': '192.0.2.7' } })

const alike = [
  'etag',
  'content-type',
  'content-disposition',
  'content-length',
  'cache-control',
  'repr-digest',
  'accept-ranges',
  'access-control-allow-origin',
  'vary',
  'x-content-type-options',
  'x-frame-options',
  'referrer-policy',
]

for (const { name, bytes } of [...files, linked])
  test(`nginx sends ${JSON.stringify(name)}, with the headers of the hub`, async () => {
    const path = await addressOf(bytes)
    const told = await passedOn(path)
    assert.deepEqual([told.status, told.body.length], [200, 0])
    assert.ok(String(told.headers['x-accel-redirect']).startsWith(`${prefix}/`))
    const [direct, whole, head] = [await hub.ask(path), await ask(path), await ask(path, { method: 'HEAD' })]
    assert.ok(whole.body.equals(bytes))
    assert.deepEqual([whole.status, head.status, head.body.length], [200, 200, 0])
    for (const header of alike)
      for (const { headers } of [whole, head]) assert.equal(headers[header], direct.headers[header], header)
    for (const { headers } of [whole, head]) {
      assert.equal(headers['x-accel-redirect'], undefined)
      assert.ok(headers['last-modified'], 'which the hub itself does not tell')
    }
  })

test('nginx sends what lies in the other folder', async () => {
  const { headers } = await ask(`/api/download/models/${tidal.versionId}`)
  const path = new URL(String(headers.location)).pathname
  assert.ok(String((await passedOn(path)).headers['x-accel-redirect']).startsWith(`${prefix}${hub.folder}/`))
  const [whole, direct] = [await ask(path), await hub.ask(path)]
  assert.ok(whole.headers['last-modified'] && whole.body.length > 0 && whole.body.equals(direct.body))
})

test('parts and conditions are answered as by the hub', async () => {
  const [{ bytes }] = files as [(typeof files)[number]]
  const path = await addressOf(bytes)
  const whole = await ask(path)
  const [etag, lastModified, size] = [`${whole.headers.etag}`, `${whole.headers['last-modified']}`, bytes.length]
  const outcome = async (headers: Record<string, string>) => {
    const answer = await ask(path, { headers })
    return [answer.status, answer.headers['content-range'], answer.body.length]
  }
  const part = await ask(path, { headers: { range: 'bytes=100-199' } })
  assert.deepEqual([part.status, part.headers['content-range']], [206, `bytes 100-199/${size}`])
  assert.ok(part.body.equals(bytes.subarray(100, 200)))
  assert.equal(part.headers.etag, etag)
  assert.match(`${(await ask(path, { headers: { range: 'bytes=0-1,4-5' } })).headers['content-type']}`, /byteranges/)
  const rest = [206, `bytes 100-${size - 1}/${size}`, size - 100]
  assert.deepEqual(await outcome({ range: 'bytes=100-', 'if-range': etag }), rest)
  assert.deepEqual(await outcome({ range: 'bytes=100-', 'if-match': etag }), rest)
  assert.deepEqual(await outcome({ range: 'bytes=100-', 'if-range': '"x"' }), [200, undefined, size])
  assert.deepEqual((await outcome({ range: `bytes=${size}-` })).slice(0, 2), [416, `bytes */${size}`])
  for (const tags of [etag, `"x", ${etag}`, '*'])
    assert.deepEqual(await outcome({ 'if-none-match': tags }), [304, undefined, 0], tags)
  assert.deepEqual(await outcome({ 'if-none-match': '"x"', 'if-modified-since': lastModified }), [200, undefined, size])
  assert.deepEqual(await outcome({ 'if-modified-since': lastModified }), [304, undefined, 0])
  assert.deepEqual(await outcome({ 'if-match': `"x", ${etag}` }), [200, undefined, size])
  assert.equal((await outcome({ 'if-match': '"x"' }))[0], 412)
})

test('nobody reaches the files by the address that stands for them', async () => {
  const [{ bytes }] = files as [(typeof files)[number]]
  const { headers } = await passedOn(await addressOf(bytes))
  const internal = String(headers['x-accel-redirect'])
  for (const target of [
    internal,
    `/${internal}`,
    internal.replace('/m', '/%6d'),
    `/files/..${internal}`,
    `/files/x/%2e%2e/..${internal}`,
    `${prefix}/etc/passwd`,
    `${prefix}${second}/../../etc/passwd`,
  ])
    for (const method of ['GET', 'HEAD', 'POST']) {
      const answer = await ask(target, { method, headers: { 'x-accel-redirect': internal } })
      assert.ok(answer.status >= 400, `${method} ${target}: ${answer.status}`)
      assert.ok(!answer.body.includes(bytes.subarray(0, 50)))
    }
})

test('only the proxy is told where a file lies', async () => {
  const [{ bytes }] = files as [(typeof files)[number]]
  const path = await addressOf(bytes)
  const { hostname, port } = new URL(hub.origin)
  const headers = { 'x-forwarded-for': '127.0.0.1', 'x-accel-redirect': `${prefix}/etc/passwd` }
  // Of the networks of this machine the hub trusts one address.
  const asking = request({ hostname, port, path, headers, localAddress: '127.0.0.2' }).end()
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  assert.equal(answer.headers['x-accel-redirect'], undefined)
  assert.ok((await buffer(answer)).equals(bytes))
  const own = await hub.ask(path)
  assert.equal(own.headers['x-accel-redirect'], undefined, 'nor who asks from the same machine for themselves')
  assert.ok(own.body.equals(bytes))
})

test('the hub decides: what is forged, gone or changed is refused, and a link out of the library is not followed', async () => {
  const [, , { name, bytes }] = files as [unknown, unknown, (typeof files)[number]]
  const path = await addressOf(bytes)
  assert.equal((await ask(path.replace('/files/A', '/files/B'))).status, 403)
  const outside = `${second}-outside`
  await utimes(join(second, name), 1, 1)
  assert.equal((await ask(path)).status, 503)
  await rename(join(second, name), outside)
  await symlink(outside, join(second, name))
  assert.equal((await ask(path)).status, 404)
  await rm(outside)
})
