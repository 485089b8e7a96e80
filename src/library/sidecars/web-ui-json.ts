import { z } from 'zod'
import { createSidecarClaim, type SidecarClaim, type SidecarProblem } from './claim.ts'
import { name, parseFields, text } from './fields.ts'
import { baseModel } from './site-version.ts'

/** Reads `<stem>.json`, what people enter in a web UI; the activation text is one phrase, commas included. */
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

/** A weight of 0 is what the form holds before somebody sets one. */
const weight = z
  .preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number().min(-100).max(100),
  )
  .transform((value) => (value === 0 ? undefined : value))
