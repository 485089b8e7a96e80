import assert from 'node:assert/strict'
import { test } from 'node:test'
import { imageUrl } from './image-address.ts'

test('the last part of an image address is the id with the extension of the file', () => {
  const image = { uuid: 'b4e1f2a0-0000-4000-8000-000000000000', id: 123456, extension: 'jpeg' }
  const begin = 'https://hub.test/media/b4e1f2a0-0000-4000-8000-000000000000'
  assert.equal(imageUrl('https://hub.test', image), `${begin}/original=true/123456.jpeg`)
  assert.equal(imageUrl('https://hub.test', image, 'width=450'), `${begin}/width=450/123456.jpeg`)
})
