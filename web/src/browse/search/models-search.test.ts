import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isNarrowed, partsOf, readModelsSearch, toggled } from './models-search.ts'

const given = (asked: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(readModelsSearch(asked)).filter(([, value]) => value !== undefined))

test('what an address says is read, numbers as the texts that they were typed as', () => {
  assert.deepEqual(
    given({
      query: 12,
      types: 'LORA,VAE',
      tag: 'sea',
      sort: 'Newest',
      period: 'Week',
      favorites: true,
      hidden: 'true',
    }),
    { query: '12', types: 'LORA,VAE', tag: 'sea', sort: 'Newest', period: 'Week', favorites: true, hidden: true },
  )
  assert.deepEqual(given({ types: ['LORA', 'VAE'] }), { types: 'LORA,VAE' })
})

test('what an address cannot mean, and what is as usual, is left out', () => {
  assert.deepEqual(
    given({ query: ' ', tag: null, types: {}, sort: 'Best', period: 'AllTime', favorites: false, hidden: 'no' }),
    {},
  )
  assert.deepEqual(given({ sort: 'Highest Rated' }), {})
})

test('no address breaks the page, and reading it twice changes nothing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('query', 'types', 'tag', 'sort', 'hidden'), fc.jsonValue()), (asked) => {
      const once = readModelsSearch(asked)
      assert.deepEqual(readModelsSearch({ ...once }), once)
    }),
  )
})

test('a part of a list is put in, and taken out again', () => {
  assert.equal(toggled(undefined, 'LORA'), 'LORA')
  assert.equal(toggled('LORA', 'VAE'), 'LORA,VAE')
  assert.equal(toggled('LORA,VAE', 'LORA'), 'VAE')
  assert.equal(toggled('VAE', 'VAE'), undefined)
  assert.deepEqual(partsOf(',a,,b'), ['a', 'b'])
})

test('an order alone narrows nothing', () => {
  assert.equal(isNarrowed(readModelsSearch({ sort: 'Newest' })), false)
  assert.equal(isNarrowed(readModelsSearch({ tag: 'sea' })), true)
})
