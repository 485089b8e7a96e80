import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DomainError } from '../errors.ts'
import { scopeNames } from '../scopes.ts'
import { type TokenProperties, validateProperties } from './token-validation.ts'

const plain = { name: 'x', expiresAt: null, networks: [], queryPolicy: 'always' } as const
const kinds = fc.constantFrom('bearer', 'publishable', 'canary')
const read = (kind: 'bearer' | 'publishable' | 'canary', more: Partial<TokenProperties>) =>
  validateProperties(
    kind,
    { ...plain, scope: 0, origins: kind === 'publishable' ? ['https://app.example'] : [], ...more },
    { at: 1000, longestLifeMs: undefined },
  )

test('a token gets of what is wanted what its kind may, and a bearer token UserRead', () => {
  fc.assert(
    fc.property(kinds, fc.integer({ min: 0, max: 2 ** 25 - 1 }), (kind, scope) => {
      const wanted = scopeNames(scope)
      const expected = {
        bearer: new Set(['UserRead', ...wanted]),
        publishable: new Set(wanted.filter((name) => name === 'ModelsRead' || name === 'MediaRead')),
        canary: new Set(),
      }[kind]
      assert.deepEqual(new Set<string>(scopeNames(read(kind, { scope }).scope)), expected)
    }),
  )
})

test('what is no scope mask is refused, whatever the kind', () => {
  const beyond = fc.oneof(
    fc.integer({ min: 2 ** 25 }),
    fc.integer({ max: -1 }),
    fc.double().filter((number) => !Number.isInteger(number)),
  )
  fc.assert(fc.property(kinds, beyond, (kind, scope) => assert.throws(() => read(kind, { scope }), DomainError)))
})

test('what was read once is read as it is', () => {
  const network = fc.tuple(fc.ipV4(), fc.nat(32)).map((parts) => parts.join('/'))
  const expiry = fc.option(fc.integer({ min: 1001 }))
  fc.assert(
    fc.property(kinds, fc.nat(2 ** 25 - 1), fc.array(network), expiry, (kind, scope, networks, expiresAt) => {
      const once = read(kind, { scope, networks: networks.slice(0, 50), expiresAt, name: ' laptop ' })
      assert.equal(once.name, 'laptop')
      assert.deepEqual(read(kind, once), once)
    }),
  )
})
