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

const masks = fc.integer({ min: 0, max: 2 ** 25 - 1 })

test('every mask is that of its scopes, bit by bit, in whatever order and however often they are named', () => {
  fc.assert(
    fc.property(masks, fc.array(fc.constantFrom(...scopes)), (mask, more) => {
      const names = scopes.filter((_, bit) => Math.floor(mask / 2 ** bit) % 2 === 1)
      assert.deepEqual(scopeNames(mask), names)
      for (const name of scopes) assert.equal(hasScope(mask, name), names.includes(name))
      assert.equal(scopeMask([...names.toReversed(), ...names]), mask)
      const sum = [...new Set(more)].reduce((total, name) => total + 2 ** scopes.indexOf(name), 0)
      assert.equal(scopeMask(more), sum)
    }),
  )
})

test('joined masks hold the scopes of either, common ones those of both, and bits beyond the last scope none', () => {
  fc.assert(
    fc.property(masks, masks, fc.integer({ min: 25, max: 30 }), (one, other, bit) => {
      const [ones, others] = [scopeNames(one), scopeNames(other)]
      assert.deepEqual(new Set(scopeNames(one | other)), new Set([...ones, ...others]))
      const common = ones.filter((name) => others.includes(name))
      assert.deepEqual(scopeNames(one & other), common)
      assert.deepEqual(scopeNames(one + 2 ** bit), scopeNames(one))
    }),
  )
})

test('each preset holds what its name says', () => {
  const reading = scopes.filter((name) => /Read$/.test(name))
  const creating = ['Models', 'Media', 'Articles', 'Bounties', 'Collections', 'Social'].map((what) => `${what}Write`)
  const services = ['UserRead', 'AIServicesRead', 'AIServicesWrite', 'BuzzRead']
  const { ReadOnly, Creator, AIServices, Full } = scopePresets
  assert.deepEqual(scopeNames(ReadOnly), reading)
  assert.deepEqual(new Set<string>(scopeNames(Creator)), new Set<string>([...reading, ...creating]))
  assert.deepEqual(new Set<string>(scopeNames(AIServices)), new Set(services))
  assert.deepEqual(scopeNames(Full), scopes)
})

test('whatever is named, in any order and with any spaces, gives all of it and UserRead, and nothing more', () => {
  const presets = Object.keys(scopePresets) as (keyof typeof scopePresets)[]
  const spaces = fc.constantFrom('', ' ', '\t ')
  const named = fc.tuple(spaces, fc.constantFrom(...presets, ...scopes, '' as const), spaces)
  const maskOf = (name: string) => scopePresets[name as 'Full'] ?? scopeMask(scopes.filter((scope) => scope === name))
  fc.assert(
    fc.property(fc.array(named, { maxLength: 8 }), (parts) => {
      const read = parseScope(parts.map((part) => part.join('')).join(','))
      const expected = scopes.filter(
        (scope) => scope === 'UserRead' || parts.some(([, name]) => hasScope(maskOf(name), scope)),
      )
      assert.ok('mask' in read && read.mask >= 1 && read.mask <= 33_554_431)
      assert.deepEqual(scopeNames(read.mask), expected)
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
