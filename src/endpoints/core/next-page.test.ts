import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageUrl } from './next-page.ts'

const origin = 'https://hub.test'

test('the cursor is put at the end of a first page and everything else is kept in order', () => {
  assert.equal(
    pageUrl(origin, '/api/v1/models?types=LORA&tag=a+b&types=VAE', { cursor: 'abc' }),
    'https://hub.test/api/v1/models?types=LORA&tag=a+b&types=VAE&cursor=abc',
  )
})

test('a cursor that was given is replaced where it stands, once', () => {
  assert.equal(
    pageUrl(origin, '/api/v1/models?cursor=old&limit=5&cursor=older', { cursor: 'new' }),
    'https://hub.test/api/v1/models?cursor=new&limit=5',
  )
})

test('a token never enters the address, however its name is written', () => {
  for (const name of ['token', '%74oken', 'TOKEN']) {
    assert.equal(
      pageUrl(origin, `/api/v1/models?${name}=mk_secret&limit=1&${name}=again`, { cursor: 'c' }),
      'https://hub.test/api/v1/models?limit=1&cursor=c',
    )
  }
})

test('a target without a query gets one', () => {
  assert.equal(pageUrl(origin, '/api/v1/tags', { page: 2 }), 'https://hub.test/api/v1/tags?page=2')
})
