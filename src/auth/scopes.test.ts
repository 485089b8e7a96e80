import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hasScope, parseScope, scopeMask, scopeNames, scopePresets, scopes } from './scopes.ts'

test('the presets have the masks that clients know', () => {
  assert.deepEqual(scopePresets, { ReadOnly: 10701093, Creator: 11492205, AIServices: 114689, Full: 33554431 })
})

test('a mask holds exactly the scopes it was made of', () => {
  fc.assert(
    fc.property(fc.subarray([...scopes]), (names) => {
      const mask = scopeMask(names)
      assert.deepEqual(scopeNames(mask), names)
      for (const name of scopes) assert.equal(hasScope(mask, name), names.includes(name))
    }),
  )
})

test('scopes are read from names, from a preset, and from both', () => {
  assert.deepEqual(parseScope('ModelsRead, MediaRead'), { mask: 1 | 4 | 32 })
  assert.deepEqual(parseScope('ReadOnly'), { mask: 10701093 })
  assert.deepEqual(parseScope('AIServices,ModelsWrite'), { mask: 114689 | 8 })
})

test('UserRead is in every token', () => {
  assert.deepEqual(parseScope('VaultRead'), { mask: 1 | (1 << 23) })
  assert.deepEqual(parseScope(''), { mask: 1 })
})

test('a name that is no scope is given back', () => {
  for (const name of ['modelsread', 'Everything', 'toString', '__proto__'])
    assert.deepEqual(parseScope(`ModelsRead,${name}`), { unknownName: name })
})
