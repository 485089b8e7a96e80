import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { safetensors } from '../library.fixture.ts'
import { detectFormat } from './model-format.ts'
import { UnreadableHeader } from './unreadable-header.ts'

const sourceOf = (bytes: Buffer) => ({
  read: async (buffer: Uint8Array, offset: number, length: number, position: number) => ({
    bytesRead: bytes.copy(buffer, offset, position, Math.min(position + length, bytes.length)),
  }),
})
const formatOf = (bytes: Buffer, isConfig = false) => detectFormat(sourceOf(bytes), bytes.length, { isConfig })

/** A stored zip archive of one empty file. */
function zip(name: string): Buffer {
  const local = Buffer.alloc(30)
  local.write('PK\x03\x04', 'latin1')
  local.writeUInt16LE(name.length, 26)
  const central = Buffer.alloc(46)
  central.write('PK\x01\x02', 'latin1')
  central.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  return Buffer.concat([local, Buffer.from(name), central, Buffer.from(name), end])
}

const html = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in</body></html>'
const xml =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>'
const lfs =
  'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n'

test('bytes that are no model are named in words', async () => {
  const cases: [bytes: Buffer | string, words: string][] = [
    [html, 'it is a web page that says "Sign in", not a model'],
    [`\uFEFF \r\n\t${html}`, 'it is a web page that says "Sign in", not a model'],
    [`<!-- made by a proxy -->\n<HTML><body>${'x'.repeat(9000)}</body>`, 'it is a web page, not a model'],
    [Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(html, 'utf16le')]), 'it is a web page that says "Sign in"'],
    [Buffer.from('<html><body>caf\xe9</body></html>', 'latin1'), 'it is a web page, not a model'],
    [gzipSync(html), 'it is a web page that says "Sign in" (compressed)'],
    [gzipSync(html + 'x'.repeat(100_000)), 'it is a web page that says "Sign in" (compressed)'],
    [zstdCompressSync(html), 'it is a web page that says "Sign in" (compressed)'],
    [xml, 'it is an XML text that says "AccessDenied", not a model'],
    ['{"error":"Unauthorized","message":"no"}', 'it is a JSON text that says "Unauthorized", not a model'],
    ['[]', 'it is a JSON text, not a model'],
    ['Entry not found', 'it is a text that says "Entry not found", not a model'],
    ['  \n', 'it is a text without content, not a model'],
    [lfs, 'it is a Git LFS pointer (run git lfs pull to download the file), not a model'],
    ['# xet version 0\nfilesize = 3\n', 'it is a Xet pointer (download the file itself), not a model'],
    ['/annex/objects/SHA256E-s3--ab.safetensors\n', 'it is a git-annex pointer'],
    [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'it is a PNG image, not a model'],
    [Buffer.alloc(10_000), 'it is empty at its beginning (the download did not finish), not a model'],
    [zip('a/data.pkl').subarray(0, 80), 'it is cut off: the end of the archive is missing'],
  ]
  for (const [bytes, words] of cases) {
    await assert.rejects(formatOf(Buffer.from(bytes as string)), (error) => {
      assert.ok(error instanceof UnreadableHeader)
      assert.equal(error.message.slice(0, words.length), words)
      return true
    })
  }
})

test('the format of a model is that of its bytes', async () => {
  const binary = Buffer.from([7, 0, 1, 200, 0, 3, 9, 1])
  const cases: [bytes: Buffer, format: string | undefined][] = [
    [safetensors('fox'), 'SafeTensor'],
    [Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{}')]), 'SafeTensor'],
    [Buffer.from('GGUF\x03\0\0\0', 'latin1'), 'GGUF'],
    [zip('archive/data.pkl'), 'PickleTensor'],
    [zip('data.pkl'), 'PickleTensor'],
    [zip('wildcards/animals.txt'), 'Archive'],
    [Buffer.from([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc]), 'PickleTensor'],
    [Buffer.from("(dp0\nS'a'\np1\nI1\ns."), 'PickleTensor'],
    [Buffer.from([8, 8, 0x12, 7, ...Buffer.from('pytorch')]), 'ONNX'],
    [binary, undefined],
    [gzipSync(binary), undefined],
    [Buffer.concat([Buffer.alloc(9), binary]), undefined],
  ]
  for (const [bytes, format] of cases) assert.equal(await formatOf(bytes), format, bytes.toString('latin1', 0, 20))
})

test('a config is a text, and may be no web page and no pointer', async () => {
  for (const text of ['model:\n  target: ldm\n', '{"model": {}}', '# a comment\n'])
    assert.equal(await formatOf(Buffer.from(text), true), undefined, text)
  for (const text of [html, xml, lfs]) await assert.rejects(formatOf(Buffer.from(text), true), UnreadableHeader)
})
