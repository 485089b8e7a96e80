import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answered, formFault, readAccountHop, readDownloadHop, readRangeHop } from './token-trial.ts'

const answer = (given: Partial<Answered>): Answered => ({
  status: 200,
  url: 'http://hub.example/api/v1/me',
  redirected: false,
  contentRange: null,
  username: null,
  error: null,
  ...given,
})

test('the form of a key is told before anything is sent', () => {
  assert.equal(formFault(`mk_${'a'.repeat(46)}`), null)
  assert.match(formFault(`mk_${'a'.repeat(40)}`) ?? '', /end is missing/)
  assert.match(formFault(`mk_${'a'.repeat(50)}`) ?? '', /behind it/)
  assert.match(formFault('0123456789abcdef0123456789abcdef') ?? '', /begin with mk_/)
  assert.match(formFault(`mk_${'a'.repeat(45)}\n`) ?? '', /line break/)
  assert.match(formFault(`mk_${'a'.repeat(45)}-`) ?? '', /character/)
})

test('a key that is taken names its account; one that is not is told apart by its place', () => {
  assert.match(readAccountHop('header', answer({ username: 'ada' })).means, /ada/)
  assert.match(readAccountHop('header', answer({ status: 401 })).means, /expired/)
  assert.match(readAccountHop('query', answer({ status: 401 })).means, /address/)
  assert.equal(readAccountHop('query', answer({ status: 0 })).outcome, 'fails')
})

test('a download is told up to where it led', () => {
  const bytes = { redirected: true, url: 'http://hub.example/files/1' }
  assert.equal(readDownloadHop('1', answer(bytes)).outcome, 'works')
  assert.match(readDownloadHop('1', answer({ ...bytes, status: 403 })).means, /address of the bytes answered 403/)
  assert.match(readDownloadHop('1', answer({ redirected: true, url: 'http://hub.example/login?x' })).means, /sign-in/)
  assert.match(readDownloadHop('1', answer({ status: 404 })).means, /no such/)
})

test('a part of a file is 206 and nothing else', () => {
  assert.equal(readRangeHop(answer({ status: 206, contentRange: 'bytes 0-99/4000' })).outcome, 'works')
  assert.match(readRangeHop(answer({ status: 200 })).means, /whole file/)
  assert.equal(readRangeHop(answer({ status: 403 })).outcome, 'fails')
})

test('a download that needs no key is not shown as a success of the key', () => {
  const bytes = answer({ redirected: true, url: 'http://hub.example/files/1' })
  assert.equal(readDownloadHop('1', bytes, false).outcome, 'works')
  const open = readDownloadHop('1', bytes, true)
  assert.equal(open.outcome, 'unproven')
  assert.match(open.means, /needs no key/)
  assert.equal(readDownloadHop('1', answer({ status: 403 }), true).outcome, 'fails')
})

test('a valid key that is not allowed in URLs shows no failure', () => {
  assert.equal(readAccountHop('query', answer({ status: 401 }), true).outcome, 'refused')
  assert.equal(readAccountHop('query', answer({ status: 401 }), false).outcome, 'fails')
  assert.equal(readAccountHop('query', answer({ status: 0 }), true).outcome, 'fails')
  assert.equal(readAccountHop('header', answer({ status: 401 }), true).outcome, 'fails')
})
