import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Answer, assertRefused, read, startHub } from './hub.ts'
import { levels, lonely, tidal } from './library.ts'
import { DetailedVersion } from './shapes.ts'

const hub = await startHub({ accounts: ['ada'] })
after(() => hub.close())
const token = await hub.createToken('ada')

const download = `/api/download/models/${tidal.versionId}`
const { bytes } = tidal
const locationOf = ({ headers }: Answer) => headers.location ?? ''
const address = locationOf(await hub.ask(download))
const part = (range: string, headers: Record<string, string> = {}) =>
  hub.ask(address, { headers: { range, ...headers } })

test('80. a download redirects to an absolute address on this host, which holds no token', async () => {
  for (const [target, asked] of [
    [download, {}],
    [download, { token }],
    [`${download}?token=${token}`, {}],
    [`${download}?token=unknown`, {}],
    [download, { headers: { range: 'bytes=5-' } }],
  ] as const) {
    const answer = await hub.ask(target, asked)
    assert.ok(answer.status === 307, String(answer.status))
    assert.ok(locationOf(answer).startsWith(`${hub.origin}/`), locationOf(answer))
    assert.ok(!locationOf(answer).includes(token) && !locationOf(answer).includes('token='))
    assert.match(answer.headers['cache-control'] ?? '', /no-store/)
  }
  for (const id of ['abc', '0x1', '2147483648']) assert.equal((await hub.ask(`/api/download/models/${id}`)).status, 400)
  assert.equal((await hub.ask('/api/download/models/999999999')).status, 404)
})

test('81. the address gives the bytes without a token', async () => {
  const answer = await hub.ask(address)
  assert.equal(answer.status, 200)
  assert.ok(answer.body.equals(bytes))
  assert.equal(answer.headers['content-length'], String(bytes.length))
  assert.equal(answer.headers['content-encoding'], undefined)
  assert.equal(answer.headers['transfer-encoding'], undefined)
  assert.doesNotMatch(answer.headers['content-type'] ?? '', /^text\//)
  const zipped = await hub.ask(address, { headers: { 'accept-encoding': 'gzip, deflate, br' } })
  assert.ok(zipped.body.equals(bytes))
})

test('82. the address gives the bytes to a request that kept its Authorization, whatever that is', async () => {
  for (const authorization of [`Bearer ${token}`, 'Bearer unknown', 'Basic YTpi', '']) {
    const answer = await hub.ask(address, { headers: { authorization } })
    assert.equal(answer.status, 200, authorization)
    assert.ok(answer.body.equals(bytes), authorization)
  }
})

test('84. each form of a range gives its bytes', async () => {
  const size = bytes.length
  const forms: [string, number, number][] = [
    ['bytes=0-', 0, size - 1],
    ['bytes=0-0', 0, 0],
    ['bytes=100-199', 100, 199],
    [`bytes=${size - 10}-`, size - 10, size - 1],
    ['bytes=-7', size - 7, size - 1],
    [`bytes=${size - 5}-${size + 5}`, size - 5, size - 1],
    [`bytes=-${size + 5}`, 0, size - 1],
  ]
  for (const [range, first, last] of forms) {
    const answer = await part(range)
    assert.equal(answer.status, 206, range)
    assert.equal(answer.headers['content-range'], `bytes ${first}-${last}/${size}`)
    assert.equal(answer.headers['content-length'], String(last - first + 1))
    assert.ok(answer.body.equals(bytes.subarray(first, last + 1)), range)
  }
  for (const ignored of ['lines=0-5', 'bytes=a-b', 'bytes=']) {
    const answer = await part(ignored)
    assert.deepEqual([answer.status, answer.body.length], [200, size], ignored)
  }
  const severalParts = await part('bytes=0-1,10-11')
  assert.match(severalParts.headers['content-type'] ?? '', /^multipart\/byteranges/)
  assert.equal((await hub.ask(address)).headers['accept-ranges'], 'bytes')
})

test('85. a range that begins past the end is refused with the size', async () => {
  for (const range of [`bytes=${bytes.length}-`, `bytes=${bytes.length + 5}-${bytes.length + 9}`, 'bytes=-0']) {
    const answer = await part(range)
    assert.equal(answer.status, 416, range)
    assert.equal(answer.headers['content-range'], `bytes */${bytes.length}`)
  }
})

test('86. a range is given while the file is the same, and else the whole of it', async () => {
  const { etag = '' } = (await hub.ask(address)).headers
  assert.match(etag, /^"[^"]+"$/, 'a strong validator')
  assert.equal((await part('bytes=0-9', { 'if-range': etag })).status, 206)
  for (const other of ['"other"', `W/${etag}`, 'Thu, 01 Jan 1970 00:00:00 GMT']) {
    const answer = await part('bytes=0-9', { 'if-range': other })
    assert.deepEqual([answer.status, answer.body.length], [200, bytes.length], other)
  }
})

test('87. HEAD tells what GET would, of the download and of the bytes', async () => {
  const redirected = await hub.ask(download, { method: 'HEAD' })
  assert.equal(redirected.status, (await hub.ask(download)).status)
  for (const at of [address, locationOf(redirected)]) {
    const headed = await hub.ask(at, { method: 'HEAD' })
    const got = await hub.ask(at)
    assert.equal(headed.status, 200)
    assert.equal(headed.body.length, 0)
    for (const name of ['content-length', 'content-type', 'content-disposition', 'etag', 'accept-ranges'])
      assert.equal(headed.headers[name], got.headers[name], name)
  }
  const partly = await hub.ask(address, { method: 'HEAD', headers: { range: 'bytes=0-9' } })
  assert.ok([200, 206].includes(partly.status) && partly.body.length === 0)
})

test('112. the body of a download redirect is the URL', async () => {
  for (const asked of [{}, { token }]) {
    const response = await hub.ask(download, asked)
    assert.equal(response.body.toString(), locationOf(response))
    assert.match(response.headers['content-type'] ?? '', /^text\/plain/)
  }
  const head = await hub.ask(download, { method: 'HEAD' })
  assert.deepEqual([head.status, head.body.length], [307, 0])
})

test('113. the URL of the bytes carries response-content-disposition, encoded once', async () => {
  const [row] = hub.rows('select version_id from model_file where name = ?', lonely.name)
  const ofLonely = locationOf(await hub.ask(`/api/download/models/${row?.version_id}`))
  for (const [url, name] of [
    [address, 'tidal_v2.safetensors'],
    [ofLonely, lonely.name],
  ] as const) {
    const value = `attachment; filename="${name}"`
    assert.ok(url.endsWith(`?response-content-disposition=${encodeURIComponent(value)}`), url)
    assert.equal(new URL(url).pathname.split('/').at(-1), encodeURIComponent(name))
    assert.doesNotMatch(url, /[+ "]|%25/)
  }
})

test('88. the file is saved under its name, with nothing behind the name', async () => {
  const { headers } = await hub.ask(address)
  assert.equal(headers['content-disposition'], 'attachment; filename="tidal_v2.safetensors"')
})

test('89. a non-ASCII name is sent as UTF-8 in the plain parameter', async () => {
  const [row] = hub.rows('select version_id from model_file where name = ?', lonely.name)
  const { headers, body } = await hub.ask(locationOf(await hub.ask(`/api/download/models/${row?.version_id}`)))
  const disposition = headers['content-disposition'] ?? ''
  assert.equal(Buffer.from(disposition, 'latin1').toString('utf8'), `attachment; filename="${lonely.name}"`)
  assert.ok(body.equals(lonely.bytes))
})

test('92. selectors choose among the files of a version', async () => {
  const { files } = read(await hub.ask(`/api/v1/model-versions/${tidal.versionId}`), DetailedVersion)
  const idOf = (name: string) => files.find((file) => file.name === name)?.id
  const chosen: [string, string][] = [
    ['', 'tidal_v2.safetensors'],
    ['type=Model', 'tidal_v2.safetensors'],
    ['size=full', 'tidal_v2_full.safetensors'],
    ['fp=fp32', 'tidal_v2_full.safetensors'],
    ['type=Model&format=SafeTensor&size=full&fp=fp32', 'tidal_v2_full.safetensors'],
    ['type=VAE', 'tidal_v2.vae.safetensors'],
    ['type=Config', 'tidal_v2.yaml'],
    [`fileId=${idOf('tidal_v2.yaml')}`, 'tidal_v2.yaml'],
    ['size=', 'tidal_v2.safetensors'],
  ]
  for (const [query, name] of chosen) {
    const { headers } = await hub.ask(locationOf(await hub.ask(`${download}?${query}`)), { method: 'HEAD' })
    assert.equal(headers['content-disposition'], `attachment; filename="${name}"`, query)
  }
  const foreign = read(await hub.ask(`/api/v1/model-versions/${levels.versionId}`), DetailedVersion).files[0]?.id
  for (const query of ['type=Negative', 'format=GGUF', 'fp=fp8', `fileId=${foreign}`, 'type=Model&size=full&fp=fp16'])
    assertRefused(await hub.ask(`${download}?${query}`), 404, { error: 'File not found' })
  for (const file of files) {
    const { headers } = await hub.ask(locationOf(await hub.ask(file.downloadUrl)), { method: 'HEAD' })
    assert.equal(headers['content-disposition'], `attachment; filename="${file.name}"`)
  }
})

test('93. a download that is resumed in parts is the same, byte for byte', async () => {
  const parts: Buffer[] = []
  const { etag = '' } = (await hub.ask(address, { method: 'HEAD' })).headers
  for (let at = 0; at < bytes.length; at += 500_001) {
    // Each part asks for the download again, as a client does that was started again.
    const again = locationOf(await hub.ask(download, { headers: { range: `bytes=${at}-` } }))
    const answer = await hub.ask(again, { headers: { range: `bytes=${at}-${at + 500_000}`, 'if-range': etag } })
    assert.equal(answer.status, 206)
    parts.push(answer.body)
  }
  assert.ok(Buffer.concat(parts).equals(bytes))
})
