import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { downloadNames } from './download-names.ts'

const namesOf = (...paths: string[]) => [
  ...downloadNames(paths.map((path, index) => ({ id: index + 1, path }))).values(),
]

test('download names are the names on disk', () => {
  assert.deepEqual(namesOf('loras/fox.safetensors', 'loras/fox.yaml'), ['fox.safetensors', 'fox.yaml'])
})

test('files that share a name get their component as a prefix', () => {
  const name = 'diffusion_pytorch_model.safetensors'
  assert.deepEqual(namesOf(`sd/unet/${name}`, `sd/vae/${name}`, 'sd/model_index.json'), [
    `unet_${name}`,
    `vae_${name}`,
    'model_index.json',
  ])
  assert.deepEqual(namesOf('a/Fox.bin', 'b/fox.bin'), ['a_Fox.bin', 'b_fox.bin'], 'case does not tell them apart')
  assert.deepEqual(namesOf('a/x=1.bin', 'b/x_1.bin'), ['a_x=1.bin', 'b_x_1.bin'], 'nor does a replaced character')
})

test('more parent folders are used only while names are shared', () => {
  assert.deepEqual(namesOf('a/unet/m.bin', 'b/unet/m.bin', 'b/vae/m.bin'), [
    'a_unet_m.bin',
    'b_unet_m.bin',
    'vae_m.bin',
  ])
  assert.deepEqual(namesOf('m.bin', 'x/m.bin'), ['m.bin', 'x_m.bin'])
  assert.deepEqual(
    namesOf('x/m.bin', 'x_m.bin', 'y/m.bin'),
    ['1_m.bin', '2_x_m.bin', 'y_m.bin'],
    'and ids as the last resort',
  )
})

test('the file id distinguishes the same path in two library folders', () => {
  assert.deepEqual(namesOf('x/m.bin', 'x/m.bin'), ['1_m.bin', '2_m.bin'])
})

test('any set of paths gives distinct names of at most 255 bytes', () => {
  const part = fc.stringMatching(/^[aA=_;é模]{1,3}$/)
  const path = fc
    .tuple(fc.array(part, { maxLength: 3 }), part)
    .map(([folders, name]) => [...folders, `${name}.bin`].join('/'))
  fc.assert(
    fc.property(fc.array(path, { maxLength: 12 }), (paths) => {
      const names = namesOf(...paths)
      assert.equal(new Set(names.map((name) => name.toLowerCase())).size, paths.length)
      for (const name of names) assert.match(name, /\.bin$/)
    }),
  )
  const long = `${'模'.repeat(80)}.bin`
  for (const name of namesOf(`${'q'.repeat(90)}/${long}`, `${'r'.repeat(90)}/${long}`))
    assert.ok(Buffer.byteLength(name) <= 255, name)
})
