const uses = {
  Image: 'selling pictures',
  RentCivit: 'use by the site that it comes from',
  Rent: 'use by generation services',
  Sell: 'selling the model',
} as const

/** What its creator lets people do with a model, in words: as its sidecar tells, or as the site has it where none does. */
export function licenceOf(model: {
  allowCommercialUse: readonly string[]
  allowNoCredit: boolean
  allowDerivatives: boolean
  allowDifferentLicense: boolean
}): { permissions: string; demands: string[] } {
  const allowed = Object.entries(uses)
    .filter(([use]) => model.allowCommercialUse.includes(use))
    .map(([, words]) => words)
  return {
    permissions: allowed.length === 0 ? 'No commercial use.' : `Commercial use allowed: ${allowed.join(', ')}.`,
    demands: [
      ...(model.allowNoCredit ? [] : ['The creator must be named.']),
      ...(model.allowDerivatives ? [] : ['No merges or other works made from it may be shared.']),
      ...(model.allowDifferentLicense ? [] : ['What is made from it keeps these terms.']),
    ],
  }
}
