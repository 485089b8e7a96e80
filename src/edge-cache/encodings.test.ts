import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { encode, negotiateEncoding } from './encodings.ts'

test('RFC 9110 §12.5.3: of the encodings that a client names the one it likes best is chosen', () => {
  for (const [header, encoding] of [
    [undefined, 'identity'],
    ['', 'identity'],
    ['*', 'identity'],
    ['deflate', 'identity'],
    ['identity', 'identity'],
    ['gzipped', 'identity'],
    ['gzip;q=0', 'identity'],
    ['gzip; q=0.000', 'identity'],
    ['gzip;q=0.5, identity', 'identity'],
    ['gzip;q=x', 'identity'],
    ['gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['deflate, gzip', 'gzip'],
    ['gzip;q=0.001', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    [' gzip ; q=1 ,br;q=0.9', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['zstd;q=0.1, br;q=0.2', 'br'],
  ] as const)
    assert.equal(negotiateEncoding(header), encoding, header)
})

test('what is written in an encoding is read as it was', async () => {
  const bytes = Buffer.from(JSON.stringify(Array(500).fill('a model')))
  for (const [encoding, read] of [
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['zstd', zstdDecompressSync],
  ] as const) {
    const written = await encode(bytes, encoding)
    assert.ok(written.length < bytes.length / 10, encoding)
    assert.ok(read(written).equals(bytes), encoding)
  }
})
