import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openOriginReader, originHeaderNames, requestOrigin } from './origin.ts'

const open = { publicUrl: undefined, allowedHosts: [] }

test('addresses follow the request’s scheme and host, and the public URL overrides them', () => {
  assert.deepEqual(requestOrigin({ protocol: 'https', host: 'hub.example:8443' }, open), {
    origin: 'https://hub.example:8443',
  })
  assert.deepEqual(requestOrigin({ protocol: 'http', host: '[::1]:3333' }, open), { origin: 'http://[::1]:3333' })
  const fixed = { ...open, publicUrl: 'https://hub.example' }
  assert.deepEqual(requestOrigin({ protocol: 'http', host: 'other' }, fixed), { origin: 'https://hub.example' })
})

test('each request gets what its own host and scheme say, whatever the one before it was', () => {
  const read = openOriginReader(open)
  for (const [protocol, host, expected] of [
    ['http', 'a', { origin: 'http://a' }],
    ['http', 'b', { origin: 'http://b' }],
    ['https', 'b', { origin: 'https://b' }],
    ['https', 'b', { origin: 'https://b' }],
    ['https', 'b/', { refused: 'malformed' }],
    ['https', undefined, { refused: 'malformed' }],
    ['http', 'a', { origin: 'http://a' }],
  ] as const)
    assert.deepEqual(read({ protocol, host }), expected, `${protocol} ${host}`)
})

test('the scheme’s own port is as if it were not named, also among the allowed hosts', () => {
  const listed = { ...open, allowedHosts: ['hub.example', 'other.example:443'] }
  for (const [protocol, host, origin] of [
    ['https', 'Hub.example:443', 'https://Hub.example'],
    ['http', 'hub.example:80', 'http://hub.example'],
    ['https', 'other.example:443', 'https://other.example'],
  ] as const)
    assert.deepEqual(requestOrigin({ protocol, host }, listed), { origin }, host)
  assert.deepEqual(requestOrigin({ protocol: 'http', host: 'hub.example:443' }, listed), { refused: 'unexpected' })
  assert.deepEqual(requestOrigin({ protocol: 'http', host: '[::80]' }, open), { origin: 'http://[::80]' })
})

test('a host that could break out of a URL is refused', () => {
  for (const host of [undefined, '', 'a b', 'a/b', 'a@b', 'a"b', 'a<b', 'a:b:c', 'a:80:80', 'a?b', 'a#b', 'a:123456']) {
    assert.deepEqual(requestOrigin({ protocol: 'http', host }, open), { refused: 'malformed' }, host)
  }
})

test('what has the form of a host and is none, and a scheme that is no web’s, are refused', () => {
  for (const host of ['a:99999', '1.2.3.999', '[:::1::]'])
    assert.deepEqual(requestOrigin({ protocol: 'http', host }, open), { refused: 'malformed' }, host)
  for (const protocol of ['javascript', 'https://evil.test/?', 'HTTPS', ''])
    assert.deepEqual(requestOrigin({ protocol, host: 'hub.example' }, open), { refused: 'malformed' }, protocol)
})

test('with a list of hosts, others are refused', () => {
  const listed = { ...open, allowedHosts: ['hub.example'] }
  assert.deepEqual(requestOrigin({ protocol: 'http', host: 'HUB.example' }, listed), { origin: 'http://HUB.example' })
  assert.deepEqual(requestOrigin({ protocol: 'http', host: 'evil.example' }, listed), { refused: 'unexpected' })
})

test('addresses depend on the host, on what proxies say where they are trusted, and on neither where the owner fixed them', () => {
  const open = { publicUrl: undefined, allowedHosts: [] }
  assert.equal(originHeaderNames(open, false), 'Host')
  assert.equal(originHeaderNames(open, true), 'Host, X-Forwarded-Host, X-Forwarded-Proto')
  assert.equal(originHeaderNames({ ...open, publicUrl: 'https://hub.example' }, true), '')
})
