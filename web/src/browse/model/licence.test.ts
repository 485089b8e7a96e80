import assert from 'node:assert/strict'
import { test } from 'node:test'
import { licenceOf } from './licence.ts'

test('a licence is told in words: what is allowed, and what is demanded', () => {
  assert.deepEqual(
    licenceOf({
      allowCommercialUse: ['Image', 'Sell'],
      allowNoCredit: false,
      allowDerivatives: false,
      allowDifferentLicense: true,
    }),
    {
      permissions: 'Commercial use allowed: selling pictures, selling the model.',
      demands: ['The creator must be named.', 'No merges or other works made from it may be shared.'],
    },
  )
})

test('no commercial use is said to be none', () => {
  const free = { allowNoCredit: true, allowDerivatives: true, allowDifferentLicense: false }
  for (const allowCommercialUse of [[], ['None']])
    assert.deepEqual(licenceOf({ ...free, allowCommercialUse }), {
      permissions: 'No commercial use.',
      demands: ['What is made from it keeps these terms.'],
    })
})
