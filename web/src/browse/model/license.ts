const uses = {
  Image: 'selling images',
  RentCivit: 'generation on the site that it comes from',
  Rent: 'generation services',
  Sell: 'selling the model',
} as const

/** Permissions of a model, as the API has them: those that no source states have a default. */
interface Permissions {
  allowCommercialUse: readonly string[]
  allowNoCredit: boolean
  allowDerivatives: boolean
  allowDifferentLicense: boolean
}

/** The facts that a source states, by name, and the license that the header of a file names. */
interface StatedFacts {
  sources: Readonly<Record<string, string>>
  licenseName: string | null
}

/** Describes the license of a model, one sentence a line. Says nothing that no source states. */
export function licenseOf(model: Permissions, { sources, licenseName }: StatedFacts): string[] {
  const isStated = (permission: keyof Permissions) => sources[permission] !== undefined
  const sentences = [
    licenseName !== null && `The file names the license: ${licenseName}`,
    isStated('allowCommercialUse') && commercialUse(model.allowCommercialUse),
    isStated('allowNoCredit') && !model.allowNoCredit && 'The creator must be credited.',
    isStated('allowDerivatives') && !model.allowDerivatives && 'Merges and other derivatives must not be shared.',
    isStated('allowDifferentLicense') && !model.allowDifferentLicense && 'Derivatives must keep these terms.',
  ].filter((sentence) => sentence !== false)
  if (sentences.length === 0) return ['License not stated']
  if (licenseName === null && !isStated('allowCommercialUse')) sentences.push('Commercial use not stated.')
  return sentences
}

function commercialUse(allowCommercialUse: readonly string[]): string {
  const allowed = Object.entries(uses)
    .filter(([use]) => allowCommercialUse.includes(use))
    .map(([, words]) => words)
  return allowed.length === 0 ? 'No commercial use.' : `Commercial use allowed: ${allowed.join(', ')}.`
}
