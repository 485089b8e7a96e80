import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseTransforms, transformKey } from './image-transforms.ts'

const plain = { width: undefined, height: undefined, cover: false, quality: 85, blur: 0, still: false }

test('sizes are rounded up to the next of a few, and end at the largest', () => {
  assert.deepEqual(parseTransforms('width=450'), { ...plain, width: 450 })
  assert.deepEqual(parseTransforms('width=451'), { ...plain, width: 512 })
  assert.deepEqual(parseTransforms('width=1'), { ...plain, width: 96 })
  assert.deepEqual(parseTransforms('width=99999999'), { ...plain, width: 2200 })
  assert.deepEqual(parseTransforms('height=700'), { ...plain, height: 800 })
})

test('the original is what is asked for when nothing else is, and beats sizes', () => {
  for (const text of ['original=true', '', 'x', 'width=450,original=true', 'original=false', 'quality=90'])
    assert.equal(parseTransforms(text), 'original', text)
})

test('the other transforms, in any order, with unknown ones between', () => {
  assert.deepEqual(
    parseTransforms('anim=false,transcode=true,width=450,gravity=auto,quality=70,blur=20,optimized=true'),
    {
      ...plain,
      width: 450,
      quality: 75,
      blur: 32,
      still: true,
    },
  )
  assert.deepEqual(parseTransforms('fit=crop,width=96,height=96'), { ...plain, width: 96, height: 96, cover: true })
  assert.deepEqual(parseTransforms('fit=crop,width=96'), { ...plain, width: 96 })
  assert.deepEqual(parseTransforms('anim=false'), { ...plain, width: 2200, still: true })
})

test('malformed values are as if they were not there', () => {
  for (const text of [
    'width=0',
    'width=-5',
    'width=abc',
    'width=4.5',
    'width=',
    'width',
    'width=1e3',
    'width=0x10',
    'width=Infinity',
    `width=${'9'.repeat(50)}`,
    '=450',
    'blur=-1',
  ])
    assert.equal(parseTransforms(text), 'original', text)
})

test('whatever is asked, there are only so many versions of an image', () => {
  const keys = new Set<string>()
  const part = fc.tuple(
    fc.constantFrom('width', 'height', 'blur', 'quality', 'fit', 'anim', 'original', 'x'),
    fc.oneof(fc.nat(5000).map(String), fc.constantFrom('cover', 'false', 'true'), fc.string()),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const transform = parseTransforms(parts.map((pair) => pair.join('=')).join(','))
      if (transform === 'original') return
      keys.add(transformKey(transform))
      assert.match(
        transformKey(transform),
        /^(\d{2,4})?-(\d{2,4})?-(cover|inside)-(50|75|85|95)-(0|8|32|100|250)-(still)?$/,
      )
      assert.ok(transform.width !== undefined || transform.height !== undefined)
    }),
    { numRuns: 2000 },
  )
  assert.ok(keys.size > 10)
})
