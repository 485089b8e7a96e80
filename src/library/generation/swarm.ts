import { type Fields, isFields, knownFields, sizeOf, textOf } from './meta-fields.ts'
import { maxResources, type UsedResource } from './resources.ts'
import { siteSamplerName } from './sampler-names.ts'

/** Reads the `sui_image_params` that SwarmUI writes, alone or inside its outer object; `undefined` for other JSON. */
export function readSwarm(json: Fields): Record<string, unknown> | undefined {
  const values = json.sui_image_params ?? ('prompt' in json && 'cfgscale' in json ? json : undefined)
  if (!isFields(values)) return undefined
  const renamed = Object.entries(values).map(([key, value]) => [keys[key] ?? key, value] as const)
  const resources = readModels(json.sui_models, values)
  const sampler = textOf(values.sampler)
  return knownFields({
    ...Object.fromEntries(renamed),
    ...(sampler === undefined ? {} : { sampler: siteSamplerName(sampler, values.scheduler) }),
    Size: sizeOf(values.width, values.height),
    Model: textOf(values.model),
    'Model hash': resources.find(({ type }) => type === 'model')?.hash,
    resources,
  })
}

const keys: Record<string, string> = Object.assign(Object.create(null), {
  negativeprompt: 'negativePrompt',
  cfgscale: 'cfgScale',
  clipstopatlayer: 'clipSkip',
})

/** Its models carry the SHA-256 of their tensor data, whose first 12 digits are the AutoV3 (contract §4). */
function readModels(models: unknown, { loras, loraweights }: Fields): UsedResource[] {
  if (!Array.isArray(models)) return []
  const weights = new Map(listOf(loras).map((name, index) => [name, Number(listOf(loraweights)[index] ?? Number.NaN)]))
  return models.slice(0, maxResources).flatMap((entry: unknown): UsedResource[] => {
    if (!isFields(entry) || typeof entry.name !== 'string') return []
    const hex = /^(?:0x)?([0-9a-f]{12})/i.exec(textOf(entry.hash) ?? '')?.[1]
    const type = textOf(entry.param) ?? 'model'
    const weight = weights.get(entry.name.replace(/\.\w{2,12}$/, '')) ?? Number.NaN
    return [
      {
        type: type === 'loras' ? 'lora' : type,
        name: entry.name,
        ...(hex === undefined ? {} : { hash: hex.toUpperCase() }),
        ...(type === 'loras' && Number.isFinite(weight) ? { weight } : {}),
      },
    ]
  })
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
