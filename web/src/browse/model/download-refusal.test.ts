import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refusalAnswered, refusalKnown } from './download-refusal.ts'

const plain = { mode: undefined, hasFiles: true, needsSignIn: false }

test('what is known of a version tells before anything is asked', () => {
  assert.equal(refusalKnown(plain, { isSignedIn: false }), undefined)
  assert.match(refusalKnown({ ...plain, mode: 'Archived' }, { isSignedIn: true })?.reason ?? '', /archived/)
  assert.match(refusalKnown({ ...plain, mode: 'TakenDown' }, { isSignedIn: true })?.reason ?? '', /taken down/)
  assert.match(refusalKnown({ ...plain, hasFiles: false }, { isSignedIn: true })?.reason ?? '', /no file/)
  assert.equal(refusalKnown({ ...plain, needsSignIn: true }, { isSignedIn: false })?.signIn, true)
  assert.equal(refusalKnown({ ...plain, needsSignIn: true }, { isSignedIn: true }), undefined)
})

test('what the hub answers is told in words, and a sign-in proposed only to who is not signed in', () => {
  const context = { isSignedIn: false, earlyAccessEndsAt: null }
  const answered = (status: number, isLoginPage = false) => refusalAnswered({ status, isLoginPage }, context)
  assert.equal(answered(200), undefined)
  assert.equal(answered(200, true)?.signIn, true)
  assert.match(answered(401)?.reason ?? '', /offers no downloads/)
  assert.match(answered(403)?.reason ?? '', /do not have access/)
  assert.match(answered(404)?.reason ?? '', /not in the library folder/)
  assert.match(answered(410)?.reason ?? '', /archived/)
  assert.match(answered(503)?.reason ?? '', /being read again/)
  const early = { isSignedIn: true, earlyAccessEndsAt: '2099-01-01T00:00:00.000Z' }
  const refused = refusalAnswered({ status: 403, isLoginPage: false }, early)
  assert.match(refused?.reason ?? '', /early access until .*2099/)
  assert.equal(refused?.signIn, false)
})

test('a hub that does not answer well is not said to refuse', () => {
  assert.equal(
    refusalAnswered({ status: 500, isLoginPage: false }, { isSignedIn: true, earlyAccessEndsAt: null }),
    undefined,
  )
})
