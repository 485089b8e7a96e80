import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { attachmentNamed } from './content-disposition.ts'

test('an ASCII name stands alone, with nothing behind it', () => {
  assert.equal(
    attachmentNamed('my model_v1.2 (new).safetensors'),
    'attachment; filename="my model_v1.2 (new).safetensors"',
  )
})

test('another name is encoded before its ASCII form', () => {
  assert.equal(
    attachmentNamed("naïve 模型's.safetensors"),
    "attachment; filename*=UTF-8''na%C3%AFve%20%E6%A8%A1%E5%9E%8B%27s.safetensors; filename=\"naive __'s.safetensors\"",
  )
})

test('quotes, slashes, control and invisible letters never get through', () => {
  assert.equal(attachmentNamed('a"b/c\\d\r\ne\u202Ef.bin'), 'attachment; filename="a_b_c_d__e_f.bin"')
  for (const name of ['', '.', '..', '   ']) assert.equal(attachmentNamed(name), 'attachment; filename="file"')
  // Full-width slash and quote would become plain ones when letters are decomposed.
  assert.match(attachmentNamed('x／y＂z.bin'), /filename="x_y_z\.bin"$/)
})

test('any name gives one header line that ends with a quoted name and tells the real one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (name) => {
      const header = attachmentNamed(name)
      const match =
        /^attachment; (?:filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+); )?filename="([^"\\/\p{Cc}]+)"$/u.exec(header)
      assert.ok(match, header)
      assert.match(header, /^[\x20-\x7e]+$/)
      if (match[1]) assert.doesNotMatch(decodeURIComponent(match[1]), /["/\\\p{Cc}]/u)
    }),
  )
})
