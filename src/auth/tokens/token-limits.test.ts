import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInNetworks } from '../networks.ts'
import { type ScopeName, scopeMask, scopeNames, scopePresets } from '../scopes.ts'
import { excessOf, type TokenLimits } from './token-limits.ts'

const own: TokenLimits = {
  scope: scopeMask(['UserRead', 'UserWrite', 'ModelsRead']),
  expiresAt: 1000,
  networks: ['10.0.0.0/8', '2001:db8::/32'],
  queryPolicy: 'downloads',
}
const anywhere: TokenLimits = { scope: scopePresets.Full, expiresAt: null, networks: [], queryPolicy: 'always' }

test('the same limits, and narrower ones, lie within', () => {
  const narrower: Partial<TokenLimits>[] = [
    {},
    { scope: scopeMask(['UserRead']) },
    { expiresAt: 999 },
    { networks: ['10.1.0.0/16'] },
    { networks: ['2001:db8::1/128', '10.0.0.0/8'] },
    { queryPolicy: 'never' },
  ]
  for (const wanted of narrower) assert.equal(excessOf({ ...own, ...wanted }, own), undefined, JSON.stringify(wanted))
  assert.equal(excessOf(own, anywhere), undefined)
  assert.equal(excessOf(anywhere, anywhere), undefined)
})

test('each thing that goes beyond is told', () => {
  const beyond: [Partial<TokenLimits>, object][] = [
    [{ scope: scopePresets.Full }, { kind: 'scope', scope: 'ModelsWrite' }],
    [{ expiresAt: 1001 }, { kind: 'expiresAt' }],
    [{ expiresAt: null }, { kind: 'expiresAt' }],
    [{ networks: [] }, { kind: 'networks' }],
    [{ networks: ['10.0.0.0/7'] }, { kind: 'networks' }],
    [{ networks: ['10.1.0.0/16', '11.0.0.0/8'] }, { kind: 'networks' }],
    [{ networks: ['::/0'] }, { kind: 'networks' }],
    [{ queryPolicy: 'always' }, { kind: 'queryPolicy' }],
  ]
  for (const [wanted, excess] of beyond)
    assert.deepEqual(excessOf({ ...own, ...wanted }, own), excess, JSON.stringify(wanted))
})

/** Limits that often lie within each other. */
const limits: fc.Arbitrary<TokenLimits> = fc.record({
  scope: fc.oneof(
    fc.subarray<ScopeName>(['UserWrite', 'ModelsRead', 'VaultWrite']).map(scopeMask),
    fc.integer({ min: 0, max: scopePresets.Full }),
  ),
  expiresAt: fc.constantFrom(null, 1000, 2000),
  networks: fc.constantFrom<string[]>(
    [],
    ['10.0.0.0/7'],
    ['10.0.0.0/8'],
    ['10.1.0.0/16'],
    ['2001:db8::/64'],
    ['10.0.0.0/8', '2001:db8::/64'],
    ['10.1.2.3/32', '2001:db8::/64'],
    ['10.0.0.0/8', '10.1.0.0/16'],
  ),
  queryPolicy: fc.constantFrom('never', 'downloads', 'always'),
})
const requests = fc.record({
  scope: fc.constantFrom<ScopeName>('UserWrite', 'ModelsRead', 'VaultWrite'),
  at: fc.constantFrom(0, 999, 1000, 1999, 2000),
  from: fc.constantFrom('10.1.2.3', '10.9.9.9', '11.0.0.1', '192.0.2.1', '2001:db8::1', '2001:db9::1'),
  tokenIn: fc.constantFrom('header', 'query of a download', 'query'),
})
type Request = typeof requests extends fc.Arbitrary<infer Value> ? Value : never

/** Whether a token of these limits may make a request. */
function reaches({ scope, expiresAt, networks, queryPolicy }: TokenLimits, { at, from, ...request }: Request): boolean {
  const places = { never: ['header'], downloads: ['header', 'query of a download'], always: undefined }[queryPolicy]
  const isHere = networks.length === 0 || isInNetworks(from, networks)
  const isInTime = expiresAt === null || at < expiresAt
  return scopeNames(scope).includes(request.scope) && isInTime && isHere && places?.includes(request.tokenIn) !== false
}

const liesWithin = (wanted: TokenLimits, around: TokenLimits) => excessOf(wanted, around) === undefined

test('limits lie within themselves, and within whatever is around what they lie in', () => {
  fc.assert(
    fc.property(limits, limits, limits, (inner, middle, outer) => {
      assert.ok(liesWithin(inner, inner))
      const narrower = { ...inner, scope: inner.scope & middle.scope, expiresAt: middle.expiresAt ?? inner.expiresAt }
      for (const first of [inner, narrower])
        if (liesWithin(first, middle) && liesWithin(middle, outer)) assert.ok(liesWithin(first, outer))
    }),
    { numRuns: 5000 },
  )
})

test('a token within the limits of another reaches nothing that the other does not', () => {
  const changed = fc.subarray<keyof TokenLimits>(['scope', 'expiresAt', 'networks', 'queryPolicy'], { minLength: 1 })
  fc.assert(
    fc.property(limits, limits, changed, requests, (around, other, names, request) => {
      const wanted = { ...around, ...Object.fromEntries(names.map((name) => [name, other[name]])) }
      if (reaches(wanted, request) && !reaches(around, request)) assert.ok(!liesWithin(wanted, around))
    }),
    { numRuns: 30_000 },
  )
})

test('what is told to go beyond does: with it the token would reach more', () => {
  fc.assert(
    fc.property(limits, limits, (wanted, around) => {
      const excess = excessOf(wanted, around)
      if (excess === undefined) return
      if (excess.kind === 'scope') {
        const holds = (scope: number) => scopeNames(scope).includes(excess.scope)
        assert.deepEqual([holds(wanted.scope), holds(around.scope)], [true, false])
      } else assert.ok(!liesWithin({ ...around, [excess.kind]: wanted[excess.kind] }, around))
      assert.ok(liesWithin({ ...around, scope: wanted.scope & around.scope }, around))
    }),
  )
})
