import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scopeMask, scopePresets } from './scopes.ts'
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
