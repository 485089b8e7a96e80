import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { jsonContent, takesGzip } from './compression.ts'

test('gzip is taken where it is named and not refused', () => {
  for (const header of ['gzip', 'GZIP', 'x-gzip', 'deflate, gzip', 'gzip;q=0.001', ' gzip ; q=1 ,br', 'br;q=0, gzip'])
    assert.equal(takesGzip(header), true, header)
  for (const header of [undefined, '', '*', 'deflate', 'br', 'gzip;q=0', 'gzip; q=0.000', 'gzipped', 'identity'])
    assert.equal(takesGzip(header), false, header)
})

test('a long answer is compressed and says so; a short one is the same for everybody', async () => {
  const value = { items: Array(500).fill('a model') }
  const packed = await jsonContent(value, { asGzip: true })
  assert.deepEqual(JSON.parse(gunzipSync(packed.body).toString()), value)
  assert.equal(packed.headers['content-encoding'], 'gzip')
  const plain = await jsonContent(value, { asGzip: false })
  assert.deepEqual(JSON.parse(plain.body.toString()), value)
  for (const { headers } of [packed, plain]) assert.equal(headers.vary, 'Accept-Encoding')

  const short = await jsonContent({ error: 'Unauthorized' }, { asGzip: true })
  assert.equal(short.body.toString(), '{"error":"Unauthorized"}')
  assert.deepEqual(short.headers, { 'content-type': 'application/json; charset=utf-8' })
})
