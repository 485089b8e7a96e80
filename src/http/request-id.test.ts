import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { createTokenText } from '../auth/tokens/token-format.ts'
import { openRequestIds } from './request-id.ts'

const proxy = { remoteAddress: '10.0.0.1' }
const idOf = openRequestIds((address) => address === proxy.remoteAddress)
const own = /^[\da-f]{16}-\d+$/

test('ids are different among requests, and among processes', () => {
  const other = openRequestIds(() => false)
  const ids = Array.from({ length: 100 }, () => [
    idOf({ headers: {}, socket: proxy }),
    other({ headers: {}, socket: {} }),
  ])
  assert.equal(new Set(ids.flat()).size, 200)
  for (const id of ids.flat()) assert.match(id, own)
})

test('a proxy that is trusted names the request, nobody else does', () => {
  const headers = { 'x-request-id': '01ARZ3NDEKTSV4RRFFQ69G5FAV' }
  assert.equal(idOf({ headers, socket: proxy }), headers['x-request-id'])
  assert.match(idOf({ headers, socket: { remoteAddress: '10.0.0.2' } }), own)
})

test('a name that is long, holds what a log would have to escape, or a token, is not taken over', () => {
  const secret = createTokenText(randomBytes)
  for (const given of ['', 'a b', 'a"b', 'a\nb', 'ä', 'x'.repeat(129), secret, `id-${secret}`])
    assert.match(idOf({ headers: { 'x-request-id': given }, socket: proxy }), own, given)
  for (const given of ['x'.repeat(128), 'Root=1-67891233-abcdef012345678912345678', 'a.b:c/d+e@f=='])
    assert.equal(idOf({ headers: { 'x-request-id': given }, socket: proxy }), given)
})
