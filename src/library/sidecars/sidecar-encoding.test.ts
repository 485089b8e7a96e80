import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeSidecar, UnreadableSidecar } from './sidecar-encoding.ts'

const text = 'Füchse 狐狸 🦊\r\n"x"'

const utf32 = (content: string, order: 'LE' | 'BE'): Buffer => {
  const bytes = Buffer.alloc([...content].length * 4)
  for (const [index, character] of [...content].entries()) {
    const point = character.codePointAt(0) ?? 0
    if (order === 'LE') bytes.writeUInt32LE(point, index * 4)
    else bytes.writeUInt32BE(point, index * 4)
  }
  return bytes
}
const encodings: Record<string, (content: string) => Buffer> = {
  'UTF-8 without mark': (content) => Buffer.from(content),
  'UTF-8': (content) => Buffer.from(`\uFEFF${content}`),
  'UTF-16 LE': (content) => Buffer.from(`\uFEFF${content}`, 'utf16le'),
  'UTF-16 BE': (content) => Buffer.from(`\uFEFF${content}`, 'utf16le').swap16(),
  'UTF-32 LE': (content) => utf32(`\uFEFF${content}`, 'LE'),
  'UTF-32 BE': (content) => utf32(`\uFEFF${content}`, 'BE'),
}

test('a byte order mark determines the encoding and is not part of the text', () => {
  for (const [name, encode] of Object.entries(encodings)) {
    assert.equal(decodeSidecar(encode(text)), text, name)
    assert.equal(decodeSidecar(encode('')), '', name)
  }
})

test('every text is decoded unchanged from every encoding', () => {
  const contents = fc.string({ unit: 'grapheme' }).filter((content) => !/[\0\uFEFF]/.test(content))
  fc.assert(
    fc.property(contents, fc.constantFrom(...Object.values(encodings)), (content, encode) => {
      assert.equal(decodeSidecar(encode(content)), content)
    }),
  )
})

test('invalid bytes are rejected with their offset, never replaced', () => {
  const refusals: [Buffer, RegExp][] = [
    [Buffer.from('{"a":"caf\xe9"}', 'latin1'), /is not UTF-8 \(byte 0xE9 at offset 9\)/],
    [Buffer.concat([Buffer.from('a\uFFFDb\uFFFD'), Buffer.of(0xff, 0x41)]), /byte 0xFF at offset 8/],
    [Buffer.from('狐').subarray(0, 2), /is not UTF-8/],
    [Buffer.from('\x83L\x83c\x83l', 'latin1'), /byte 0x83 at offset 0/],
    [Buffer.from('{"a":1}', 'utf16le'), /NUL bytes and no byte order mark/],
    [Buffer.concat([Buffer.from('\uFEFF'), Buffer.of(0xe9)]), /is not UTF-8/],
    [Buffer.concat([Buffer.from('\uFEFFa', 'utf16le'), Buffer.of(0)]), /is not valid UTF-16/],
    [Buffer.of(0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00), /is not valid UTF-16/],
    [Buffer.of(0xff, 0xfe, 0, 0, 0, 0, 0x11, 0), /is not valid UTF-32/],
    [Buffer.of(0, 0, 0xfe, 0xff, 0, 0), /is not valid UTF-32/],
  ]
  for (const [bytes, reason] of refusals)
    assert.throws(
      () => decodeSidecar(bytes),
      (error) => error instanceof UnreadableSidecar && reason.test(error.message),
      String(reason),
    )
  assert.equal(decodeSidecar(Buffer.from('a\uFFFD')), 'a\uFFFD', 'a replacement character that is in the file stays')
})
