import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accessObstacleWords, flagsOf, refusedWords, whoseWords } from './access-words.ts'

test('what would refuse a program is told, all of it', () => {
  assert.equal(accessObstacleWords({ obstacles: ['anonymous'] }), 'comes without a key that is valid')
  assert.equal(
    accessObstacleWords({ obstacles: ['query', 'scope'] }),
    'sends its key in the address, and has a key that may not read what it asks for',
  )
})

test('a program is known by its key, or by who else is at its address', () => {
  const token = { id: 1, name: 'laptop', username: 'ada', form: 'header' as const }
  assert.equal(whoseWords({ token, neighbours: [] }), 'Uses the key laptop of ada')
  assert.equal(whoseWords({ token: null, neighbours: [] }), 'It is not known whose it is')
  assert.match(
    whoseWords({ token: null, neighbours: ['ada', 'bob'] }),
    /not known.*; the same address has used keys of ada, bob$/,
  )
})

test('the flags are those that change something', () => {
  const set = { anonymousAccess: 'open', queryTokens: 'always' } as const
  assert.equal(flagsOf(set, set), '')
  assert.equal(
    flagsOf({ anonymousAccess: 'closed', queryTokens: 'never' }, set),
    '--anonymous-access closed --query-tokens never',
  )
})

test('it is counted how many would be refused', () => {
  const [served, refused] = [{ obstacles: [] }, { obstacles: ['query' as const] }]
  assert.match(refusedWords([]), /^No program has used/)
  assert.match(refusedWords([served]), /^No program of/)
  assert.match(refusedWords([served, refused]), /^1 of 2 programs/)
  assert.match(refusedWords([refused]), /^1 of 1 program of/)
})
