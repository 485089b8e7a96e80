import assert from 'node:assert/strict'
import { test } from 'node:test'
import { warningWords } from './warning-words.ts'

const by = { network: '192.0.2.1', agent: 'curl/8', place: '' }

test('every warning says what happened and who did it, and a key that was found, where', () => {
  for (const kind of ['query', 'network', 'leak', 'canary', 'origin', 'rotated'] as const)
    assert.match(warningWords({ ...by, kind }), /^[A-Z].{10,}: 192\.0\.2\.1, curl\/8$/)
  const found = warningWords({ ...by, kind: 'found', network: '', agent: '', place: 'the notes of model 7' })
  assert.match(found, /in the library: the notes of model 7\./)
  assert.doesNotMatch(found, /unknown/)
})
