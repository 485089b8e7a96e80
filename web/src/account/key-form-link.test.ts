import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linkedForm, readAccountSearch } from './key-form-link.ts'

test('a link fills in the name, at most 64 characters of it, and a preset', () => {
  const search = readAccountSearch({ addApiKey: '', name: ` ${'n'.repeat(80)} `, scope: 'Creator' })
  assert.equal(search.addApiKey, true)
  assert.deepEqual(linkedForm(search), { name: 'n'.repeat(64), preset: 'Creator' })
})

test('a link never asks for everything: Full and what nobody knows become ReadOnly', () => {
  for (const scope of ['Full', 'full', 'AIServices', 'everything', '', undefined])
    assert.equal(linkedForm({ scope }).preset, 'ReadOnly', String(scope))
})

test('a name that reads as a number is a name', () => {
  assert.equal(linkedForm(readAccountSearch({ addApiKey: true, name: 2026 })).name, '2026')
})

test('without addApiKey the address only names a tab', () => {
  assert.deepEqual(readAccountSearch({ tab: 'sessions', name: 'x', scope: 'Full' }), { tab: 'sessions' })
  assert.deepEqual(readAccountSearch({ tab: 7 }), {})
})
