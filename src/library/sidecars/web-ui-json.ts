import { z } from 'zod'
import { createSidecarClaim, type SidecarClaim, type SidecarProblem } from './claim.ts'
import { name, parseFields, text } from './fields.ts'
import { baseModel } from './site-version.ts'

/** Reads `<stem>.json` of web UIs. The activation text is one phrase, including its commas. */
export function readWebUiJson(json: string): SidecarClaim {
  const problems: SidecarProblem[] = []
  const fields = parseFields(json, problems)
  const activation = fields.get('activation text', name)
  return createSidecarClaim({
    source: 'web-ui-json',
    problems,
    sha256: [],
    description: fields.get('description', text) || undefined,
    baseModel: fields.get('sd version', baseModel),
    trainedWords: activation === undefined ? undefined : [activation],
    preferredWeight: fields.get('preferred weight', weight),
    negativePrompt: fields.get('negative text', name),
    notes: fields.get('notes', name),
  })
}

/** A weight of 0 is the default of the form, so it states nothing. */
const weight = z
  .preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number().min(-100).max(100),
  )
  .transform((value) => (value === 0 ? undefined : value))
