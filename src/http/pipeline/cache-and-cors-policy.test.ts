import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Category } from '../../endpoints/core/define.ts'
import {
  cachingHeaders,
  corsHeaders,
  preflightHeaders,
  type RequestFacts,
  trustedOrigins,
} from './cache-and-cors-policy.ts'

const plain: RequestFacts = {
  presentsCredentials: false,
  presentsToken: false,
  isAuthenticated: false,
  hasQueryToken: false,
  origin: undefined,
}
const get = (category: Category) => ({ category, method: 'GET' })
const isTrusted = trustedOrigins(['https://hub.example'])

test('only anonymous, successful answers of public and mixed GETs may be shared', () => {
  for (const category of ['public', 'mixed'] as const) {
    assert.deepEqual(cachingHeaders(get(category), plain, true), {
      'cache-control': 'public, s-maxage=300, stale-while-revalidate=150',
      vary: 'Authorization, Cookie',
    })
    const fromHost = { ...plain, originHeaders: 'Host' }
    assert.equal(cachingHeaders(get(category), fromHost, true).vary, 'Authorization, Cookie, Host')
    const never = { 'cache-control': 'private, no-store' }
    assert.deepEqual(cachingHeaders(get(category), { ...plain, isAuthenticated: true }, true), never)
    assert.deepEqual(cachingHeaders(get(category), { ...plain, hasQueryToken: true }, true), never)
    assert.deepEqual(cachingHeaders(get(category), plain, false), never)
    assert.deepEqual(cachingHeaders({ category, method: 'POST' }, plain, true), never)
  }
  assert.deepEqual(cachingHeaders(get('authenticated'), plain, true), { 'cache-control': 'private, no-store' })
})

test('an endpoint may say how long, and stale-while-revalidate is half of it', () => {
  const rule = cachingHeaders({ ...get('public'), caching: { sharedSeconds: 3600 } }, plain, true)
  assert.equal(rule['cache-control'], 'public, s-maxage=3600, stale-while-revalidate=1800')
})

test('anonymous answers are open to every origin, personal ones to trusted origins alone', () => {
  const foreign = { ...plain, origin: 'https://a.example' }
  for (const facts of [plain, foreign])
    assert.deepEqual(corsHeaders('public', facts, isTrusted), { 'access-control-allow-origin': '*', vary: 'Origin' })
  assert.equal(corsHeaders('authenticated', foreign, isTrusted)['access-control-allow-origin'], undefined)
  const withToken = { ...foreign, presentsCredentials: true }
  assert.deepEqual(corsHeaders('mixed', withToken, isTrusted), { vary: 'Origin' })
  assert.deepEqual(corsHeaders('mixed', { ...withToken, origin: 'https://hub.example' }, isTrusted), {
    'access-control-allow-origin': 'https://hub.example',
    'access-control-allow-credentials': 'true',
    vary: 'Origin',
  })
})

test('look-alikes of a trusted origin are foreign', () => {
  for (const origin of [
    'https://hub.example.evil.test',
    'https://evil-hub.example',
    'https://hub.example:8443',
    'http://hub.example',
    'https://hub.example/',
    'https://HUB.example.',
    'null',
    '',
  ]) {
    assert.equal(isTrusted(origin), false, origin)
  }
})

test('a foreign origin is never allowed to send Authorization', () => {
  const asked = { origin: 'https://a.example', headers: 'content-type, Authorization', isPublished: false }
  for (const category of ['public', 'mixed', 'authenticated'] as const) {
    const headers = preflightHeaders(category, ['GET'], asked, isTrusted)
    assert.equal(headers['access-control-allow-origin'], undefined)
    assert.equal(headers['access-control-allow-headers'], undefined)
  }
  const trusted = preflightHeaders('authenticated', ['GET'], { ...asked, origin: 'https://hub.example' }, isTrusted)
  assert.equal(trusted['access-control-allow-origin'], 'https://hub.example')
  assert.match(trusted['access-control-allow-headers'] ?? '', /authorization/i)
})
