import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretOfUri } from './totp-uri.ts'

test('the secret of an authenticator address is told in groups', () => {
  assert.equal(secretOfUri('otpauth://totp/hub:ada?secret=ABCDEFGHIJ&issuer=hub&digits=6'), 'ABCD EFGH IJ')
  assert.equal(secretOfUri('otpauth://totp/hub:ada?secret=ABCDEFGH'), 'ABCD EFGH')
})
