import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pictureSources, transformed } from './picture-address.ts'

const url = 'http://hub.example/media/0a-1/original=true/55.png'

test('a picture is asked for in the widths that the hub makes', () => {
  assert.equal(transformed(url, 'width=450'), 'http://hub.example/media/0a-1/width=450/55.png')
  assert.equal(
    pictureSources(url, 450),
    'http://hub.example/media/0a-1/width=320/55.png 320w, http://hub.example/media/0a-1/width=450/55.png 450w',
  )
})

test('an address without a transform stays as it is', () => {
  assert.equal(transformed('http://hub.example/other/55.png', 'width=450'), 'http://hub.example/other/55.png')
})
