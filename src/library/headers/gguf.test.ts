import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ByteSource } from './byte-source.ts'
import { readGgufHeader } from './gguf.ts'
import { summarizeTensors } from './tensor-summary.ts'
import { UnreadableHeader } from './unreadable-header.ts'

test('a header is read with its texts, numbers and tensors, and arrays are passed over', async () => {
  const header = await read(sample())
  assert.equal(header.metadata['general.architecture'], 'flux')
  assert.equal(header.metadata['general.file_type'], '2')
  assert.equal(header.metadata['tokenizer.tokens'], undefined)
  assert.equal(header.headerBytes % 32, 0)
  assert.deepEqual(header.tensors, [{ name: 'img_in.weight', dtype: 'Q4_0', shape: [4, 64], begin: 0, end: 144 }])
  assert.equal(summarizeTensors(header, { checkpoint: true }).largestTensor?.sizeBytes, 144)
})

test('a file that ends before its tensors do is refused', () =>
  assert.rejects(read(sample().subarray(0, -1)), { name: 'UnreadableHeader', reason: 'truncated', message: /img_in/ }))

test('counts beyond reason are refused without reading on', async () => {
  const bytes = sample()
  bytes.writeBigUInt64LE(2n ** 63n, 8)
  await assert.rejects(read(bytes), { name: 'UnreadableHeader', reason: 'too-large' })
})

test('other magics and versions are refused', async () => {
  await assert.rejects(read(Buffer.from('GGML\0\0\0\0')), { reason: 'malformed' })
  await assert.rejects(read(Buffer.from('GGUF\x01\0\0\0')), { reason: 'unsupported' })
})

test('a header with any byte changed, or cut anywhere, is read or refused by name', async () => {
  const whole = sample()
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), async (index, byte, length) => {
      const bytes = Buffer.from(whole.subarray(0, length))
      if (index < length) bytes[index] = byte
      try {
        await read(bytes)
      } catch (error) {
        assert.ok(error instanceof UnreadableHeader, String(error))
      }
    }),
    { numRuns: 2000 },
  )
})

test('metadata with invalid UTF-8 is left out and reported, and a name of a tensor has to be valid', async () => {
  const bytes = sample()
  bytes[bytes.lastIndexOf('flux')] = 0xe9
  const { metadata, problems, tensors } = await read(bytes)
  assert.equal(metadata['general.architecture'], undefined)
  assert.equal(metadata['general.file_type'], '2')
  assert.deepEqual(problems, ['The metadata "general.architecture" in the header is not valid UTF-8; it is left out'])
  assert.equal(tensors.length, 1)
  bytes[bytes.indexOf('img_in')] = 0xe9
  await assert.rejects(read(bytes), { name: 'UnreadableHeader', reason: 'malformed', message: /not valid UTF-8/ })
})

function sample(): Buffer {
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(1),
    u64(3),
    text('general.architecture'),
    u32(8),
    text('flux'),
    text('general.file_type'),
    u32(4),
    u32(2),
    text('tokenizer.tokens'),
    u32(9),
    u32(8),
    u64(2),
    text('a'),
    text('b'),
    text('img_in.weight'),
    u32(2),
    u64(64),
    u64(4),
    u32(2),
    u64(0),
  ])
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), Buffer.alloc(144)])
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function text(value: string): Buffer {
  return Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
}

function read(bytes: Buffer) {
  const source: ByteSource = {
    read: async (buffer, offset, length, position) => {
      const piece = bytes.subarray(position, position + length)
      buffer.set(piece, offset)
      return { bytesRead: piece.length }
    },
  }
  return readGgufHeader(source, bytes.length)
}
