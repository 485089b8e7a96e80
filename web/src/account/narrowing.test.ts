import assert from 'node:assert/strict'
import { test } from 'node:test'
import { narrowingOf } from './narrowing.ts'

const own = { kind: 'bearer', scopes: ['UserRead', 'ModelsRead'], networks: [], queryPolicy: 'always' } as const
const key = { ...own, scopes: [...own.scopes], networks: ['10.0.0.2/32', '10.0.0.1/32'] }

test('only what differs is changed, and put back', () => {
  const proposal = { scopes: key.scopes, networks: ['10.0.0.1/32'], queryPolicy: 'never' } as const
  assert.deepEqual(narrowingOf(key, { ...proposal, networks: [...proposal.networks] }), {
    to: { networks: ['10.0.0.1/32'], queryPolicy: 'never' },
    back: { networks: key.networks, queryPolicy: 'always' },
  })
})

test('nothing is proposed that is so already, in whatever order, nor scopes that go with the kind', () => {
  const same = { ...key, networks: key.networks.toReversed() }
  assert.equal(narrowingOf(key, same), undefined)
  assert.equal(narrowingOf({ ...key, kind: 'publishable' }, { ...same, scopes: ['UserRead'] }), undefined)
  assert.deepEqual(narrowingOf(key, { ...same, scopes: ['UserRead'] }), {
    to: { scope: ['UserRead'] },
    back: { scope: key.scopes },
  })
})
