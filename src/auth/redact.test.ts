import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redact } from './redact.ts'

const token = `mk_${'A1'.repeat(23)}`

test('no form of a token survives in a line', () => {
  for (const line of [
    `{"target":"/api/v1/me?token=${token}&limit=1"}`,
    `{"target":"/api/v1/me?TOKEN=other-secret"}`,
    `{"err":"Bearer ${token}"}`,
    `{"note":"authorization: bearer other-secret"}`,
    `{"target":"/files/other-secret/model.safetensors"}`,
    `x${token}`.slice(1),
  ]) {
    assert.doesNotMatch(redact(line), /A1A1|other-secret/)
  }
})

test('what is no token stays', () => {
  assert.equal(redact('{"target":"/api/v1/models?limit=1&tokens=2"}'), '{"target":"/api/v1/models?limit=1&tokens=2"}')
})
