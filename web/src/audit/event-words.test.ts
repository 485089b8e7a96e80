import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditKinds } from '../api/shared.ts'
import { eventWords } from './event-words.ts'
import { accountKinds, hubKinds } from './kind-groups.ts'

test('every kind has words, even where an entry has no details', () => {
  for (const kind of auditKinds) {
    const words = eventWords({ kind, details: {} })
    assert.match(words, /^[A-Z]/)
    assert.doesNotMatch(words, /undefined|null|NaN/, kind)
  }
})

test('every kind can be chosen, once', () => {
  const choices = hubKinds.flatMap(({ items }) => items.map(({ value }) => value))
  assert.deepEqual(choices.toSorted(), auditKinds.toSorted())
  assert.ok(accountKinds.every((group) => hubKinds.includes(group)))
})

test('what an entry tells is in its words', () => {
  const words = (kind: (typeof auditKinds)[number], details: Record<string, unknown>) => eventWords({ kind, details })
  assert.equal(words('sign-in', { way: 'passkey' }), 'Signed in with a passkey')
  assert.equal(
    words('sign-in-failed', { way: 'password', reason: 'refused', times: 1 }),
    'A sign-in with the password failed',
  )
  assert.equal(
    words('sign-in-failed', { way: 'authenticator', reason: 'locked', times: 1200 }),
    '1,200 more sign-ins with the password and a code of the authenticator failed: there were too many wrong codes',
  )
  assert.equal(words('status-changed', { from: 'banned', to: 'active' }), 'The account is no longer banned')
  assert.equal(
    words('model-access-changed', { modelId: 7, loginOnly: true, downloads: false }),
    'Model 7: downloads need a sign-in, downloads are off',
  )
})
