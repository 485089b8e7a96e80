import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attachmentNamed, safeFileName, utf8HeaderValue } from './content-disposition.ts'

/** The name that a client takes that reads everything after the last `filename=`. */
const afterLastFilename = (header: string) => header.split('filename=').at(-1)?.replace(/^"|"$/g, '')
/** The name that a client takes that reads from the first `=` to the next. */
const betweenEqualSigns = (header: string) => header.split('=')[1]?.replace(/^"|"$/g, '')
/** The name that a client takes that splits the header into parameters at `;`. */
const lastParameter = (header: string) =>
  header.split(';').at(-1)?.trim().slice('filename='.length).replace(/^"|"$/g, '')

test('the name is the only parameter, with nothing behind it', () => {
  for (const name of [
    'my model_v1.2 (new).safetensors',
    'café.safetensors',
    'Модель.safetensors',
    '模型 夜.safetensors',
  ])
    assert.equal(attachmentNamed(name), `attachment; filename="${name}"`)
})

test('a header value carries the bytes of UTF-8', () => {
  assert.equal(utf8HeaderValue('é模'), '\u00c3\u00a9\u00e6\u00a8\u00a1')
  assert.deepEqual(Buffer.from(utf8HeaderValue('模型 🦊'), 'latin1'), Buffer.from('模型 🦊', 'utf8'))
})

test('quotes, slashes, parameter separators, control and invisible characters are replaced', () => {
  assert.equal(attachmentNamed('a"b/c\\d\r\ne\u202Ef.bin'), 'attachment; filename="a_b_c_d__e_f.bin"')
  assert.equal(attachmentNamed('epoch=10; lr=1e-4.bin'), 'attachment; filename="epoch_10_ lr_1e-4.bin"')
  for (const name of ['', '.', '..', '   ']) assert.equal(attachmentNamed(name), 'attachment; filename="file"')
})

test('any name gives one header line from which simple clients read the same name with its extension', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (stem) => {
      const name = `${stem}.safetensors`
      const header = attachmentNamed(name)
      assert.match(header, /^attachment; filename="[^"\\/=;\p{Cc}]*\.safetensors"$/u)
      for (const read of [afterLastFilename, betweenEqualSigns, lastParameter])
        assert.equal(read(header), safeFileName(name))
    }),
  )
})
