import { readModelSpec } from '../headers/modelspec.ts'
import { createSidecarClaim, type SidecarClaim, type SidecarProblem } from './claim.ts'
import { parseFields } from './fields.ts'

/** Reads `<stem>.swarm.json`: the keys of a ModelSpec header in plain JSON. */
export function readSwarmJson(json: string): SidecarClaim {
  const problems: SidecarProblem[] = []
  const entries = parseFields(json, problems).entries()
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  for (const [key, value] of entries) {
    if (typeof value === 'object' && key.startsWith('modelspec.'))
      problems.push({ field: key, reason: 'Is not a text' })
  }
  const spec = readModelSpec(Object.fromEntries(texts))
  return createSidecarClaim({
    source: 'swarm-json',
    problems,
    sha256: [],
    modelName: spec?.title,
    modelType: spec?.modelType,
    baseModel: spec?.baseModel,
    baseModelType: spec?.baseModelType,
    description: spec?.description,
    trainedWords: spec?.triggerWords,
    tags: spec?.tags,
    creator: spec?.author === undefined ? undefined : { username: spec.author },
    publishedAt: spec?.publishedAt,
    notes: spec?.usageHint,
    thumbnail: spec?.thumbnail,
  })
}
