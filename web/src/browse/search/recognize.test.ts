import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Named, recognize } from './recognize.ts'

const hub = 'models.example:3333'
const sha256 = '0123456789ABCDEF'.repeat(4)

const table: [string, Named | undefined][] = [
  ['https://civitai.com/models/1', { kind: 'model', modelId: 1 }],
  ['https://civitai.com/models/1?modelVersionId=2', { kind: 'model', modelId: 1, versionId: 2 }],
  [
    '  https://civitai.com/models/4384/dreamshaper?modelVersionId=128713#x ',
    { kind: 'model', modelId: 4384, versionId: 128713 },
  ],
  ['civitai.com/models/7', { kind: 'model', modelId: 7 }],
  ['HTTPS://CIVITAI.COM/models/7', { kind: 'model', modelId: 7 }],
  ['https://www.civitai.green/models/7/', { kind: 'model', modelId: 7 }],
  ['https://civitai.com/api/v1/models/7', { kind: 'model', modelId: 7 }],
  ['https://civitai.com/api/v1/model-versions/9', { kind: 'version', versionId: 9 }],
  ['https://civitai.com/api/download/models/9?type=Model&format=SafeTensor', { kind: 'version', versionId: 9 }],
  [`https://civitai.com/api/v1/model-versions/by-hash/${sha256}`, { kind: 'hash', hash: sha256, certain: true }],
  ['https://civitai.com/images/55?postId=3', { kind: 'image', imageId: 55 }],
  ['https://image.civitai.com/xG1/abc-def/width=450/55.jpeg', { kind: 'image', imageId: 55 }],
  ['https://civitai.com/user/ada', { kind: 'creator', username: 'ada' }],
  ['https://civitai.com/user/s%C3%A4lt%20%26%20co/models', { kind: 'creator', username: 'sält & co' }],
  ['https://civitai.com/tag/sea%20sky', { kind: 'tag', tag: 'sea sky' }],
  [`http://${hub}/models/3?modelVersionId=4`, { kind: 'model', modelId: 3, versionId: 4 }],
  [`${hub}/model-versions/4`, { kind: 'version', versionId: 4 }],
  ['/images/8', { kind: 'image', imageId: 8 }],
  [`http://${hub}/media/0f-1/original=true/8.png`, { kind: 'image', imageId: 8 }],
  ['urn:air:sdxl:lora:civitai:1@2', { kind: 'model', modelId: 1, versionId: 2 }],
  ['URN:AIR:sdxl:lora:CIVITAI:1@2+3.safetensor', { kind: 'model', modelId: 1, versionId: 2 }],
  ['air:flux1:checkpoint:civitai:10', { kind: 'model', modelId: 10 }],
  ['civitai:1@2', { kind: 'model', modelId: 1, versionId: 2 }],
  ['civitai:1', { kind: 'model', modelId: 1 }],
  [sha256.toLowerCase(), { kind: 'hash', hash: sha256, certain: true }],
  [`sha256:${sha256}`, { kind: 'hash', hash: sha256, certain: true }],
  ['SHA256: 0123456789', { kind: 'hash', hash: '0123456789', certain: true }],
  ['deadbeef', { kind: 'hash', hash: 'DEADBEEF', certain: false }],
  ['0123456789ab', { kind: 'hash', hash: '0123456789AB', certain: false }],
  ['0123456789', { kind: 'hash', hash: '0123456789', certain: false }],
  ['', undefined],
  ['tidal archive', undefined],
  ['facade', undefined],
  ['0123456789a', undefined],
  ['civitai', undefined],
  ['civitai:abc', undefined],
  ['urn:air:sdxl:lora:huggingface:org/name', undefined],
  ['https://elsewhere.example/models/1', undefined],
  ['https://notcivitai.com/models/1', undefined],
  ['https://civitai.com.elsewhere.example/models/1', undefined],
  ['https://civitai.com/models/0', undefined],
  ['https://civitai.com/models/99999999999', undefined],
  ['https://civitai.com/articles/1', undefined],
  ['javascript:alert(1)', undefined],
  ['a'.repeat(3000), undefined],
]

for (const [text, expected] of table)
  test(`${text.slice(0, 80) || 'nothing'} is ${expected ? `a ${expected.kind}` : 'to be searched for'}`, () =>
    assert.deepEqual(recognize(text, hub), expected))

const id = fc.integer({ min: 1, max: 2 ** 31 - 1 })

test('every model and version is found by its address, its AIR and its download', () => {
  fc.assert(
    fc.property(id, id, (modelId, versionId) => {
      const both = { kind: 'model', modelId, versionId }
      assert.deepEqual(
        recognize(`https://civitai.com/models/${modelId}/any-name?modelVersionId=${versionId}`, hub),
        both,
      )
      assert.deepEqual(recognize(`urn:air:sd1:checkpoint:civitai:${modelId}@${versionId}`, hub), both)
      assert.deepEqual(recognize(`http://${hub}/api/download/models/${versionId}`, hub), { kind: 'version', versionId })
    }),
  )
})

test('every hash of a known length is one, in any case and with any mark', () => {
  const hash = fc
    .tuple(fc.constantFrom(8, 10, 12, 64), fc.constantFrom('', 'sha256:', 'SHA256: ', 'blake3='))
    .chain(([length, mark]) =>
      fc
        .string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: length, maxLength: length })
        .map((digits) => [mark, digits] as const),
    )
  fc.assert(
    fc.property(hash, ([mark, digits]) => {
      const named = recognize(`${mark}${digits}`, hub)
      assert.ok(named?.kind === 'hash')
      assert.equal(named.hash, digits.toUpperCase())
      assert.equal(named.certain, mark !== '' || digits.length === 64)
    }),
  )
})

test('no text makes it fail, and whatever it names has ids that the API takes', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.string().map((part) => `https://civitai.com/${part}`),
  )
  fc.assert(
    fc.property(text, (pasted) => {
      const named = recognize(pasted, hub)
      for (const value of Object.values(named ?? {}))
        if (typeof value === 'number') assert.ok(Number.isInteger(value) && value > 0 && value < 2 ** 31)
    }),
  )
})
