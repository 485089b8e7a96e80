import assert from 'node:assert/strict'
import { test } from 'node:test'
import { licenseOf } from './license.ts'

const source = 'civitai-info'
const defaults = {
  allowCommercialUse: ['None'],
  allowNoCredit: true,
  allowDerivatives: true,
  allowDifferentLicense: true,
}
const strict = { ...defaults, allowNoCredit: false, allowDerivatives: false, allowDifferentLicense: false }
const every = {
  allowCommercialUse: source,
  allowNoCredit: source,
  allowDerivatives: source,
  allowDifferentLicense: source,
}
const described = (model: typeof defaults, sources: Record<string, string>, licenseName: string | null = null) =>
  licenseOf(model, { sources, licenseName })

test('a license that no source states is not stated, whatever the defaults of the API are', () => {
  for (const model of [
    defaults,
    strict,
    { ...strict, allowCommercialUse: ['Sell'] },
    { ...strict, allowCommercialUse: [] },
  ])
    assert.deepEqual(described(model, { name: 'header', type: 'folder' }), ['License not stated'])
})

test('"No commercial use" needs a license that says so', () => {
  for (const allowCommercialUse of [[], ['None']])
    assert.deepEqual(described({ ...defaults, allowCommercialUse }, { allowCommercialUse: source }), [
      'No commercial use.',
    ])
})

test('every permission is claimed only where it is stated', () => {
  assert.deepEqual(described({ ...strict, allowCommercialUse: ['Image', 'Sell'] }, every), [
    'Commercial use allowed: selling images, selling the model.',
    'The creator must be credited.',
    'Merges and other derivatives must not be shared.',
    'Derivatives must keep these terms.',
  ])
  assert.deepEqual(described(strict, { allowNoCredit: source }), [
    'The creator must be credited.',
    'Commercial use not stated.',
  ])
  for (const [permission, sentence] of [
    ['allowNoCredit', /credited/],
    ['allowDerivatives', /Merges/],
    ['allowDifferentLicense', /terms/],
  ] as const) {
    const { [permission]: _, ...others } = every
    assert.doesNotMatch(described(strict, others).join(), sentence)
  }
})

test('the license that a file names is shown, and nothing is added to it', () => {
  assert.deepEqual(described(strict, {}, 'apache-2.0'), ['The file names the license: apache-2.0'])
})
