import {
  type Fields,
  isFields,
  knownFields,
  numberOf,
  numberOrDigits,
  otherFields,
  sizeOf,
  textOf,
} from './meta-fields.ts'
import { maxResources, namesModel, type UsedResource, withoutExtension } from './resources.ts'
import { siteSamplerName } from './sampler-names.ts'

/** Reads the JSON `parameters` of Fooocus (scheme `fooocus`) or of RuinedFooocus; `undefined` for other JSON. */
export function readFooocus(json: Fields): Record<string, unknown> | undefined {
  if (textOf(json.software) === 'RuinedFooocus' || 'base_model_name' in json) return readRuined(json)
  const isFooocus = json.metadata_scheme === 'fooocus' || ('base_model' in json && 'guidance_scale' in json)
  return isFooocus ? readScheme(json) : undefined
}

function readScheme(json: Fields): Record<string, unknown> {
  const sampler = textOf(json.sampler)
  const [, width, height] = /(\d{1,6})\D{1,3}(\d{1,6})/.exec(textOf(json.resolution) ?? '') ?? []
  const model = named(json.base_model, json.base_model_hash)
  const refiner = named(json.refiner_model, json.refiner_model_hash)
  return knownFields({
    prompt: textOf(json.prompt),
    negativePrompt: textOf(json.negative_prompt),
    seed: numberOrDigits(json.seed),
    steps: numberOf(json.steps),
    cfgScale: numberOf(json.guidance_scale),
    sampler: sampler === undefined ? undefined : siteSamplerName(sampler, json.scheduler),
    clipSkip: numberOf(json.clip_skip),
    Size: sizeOf(width, height),
    Model: model?.name,
    'Model hash': model?.hash,
    ...otherFields(json, [
      'prompt',
      'negative_prompt',
      'seed',
      'steps',
      'guidance_scale',
      'sampler',
      'clip_skip',
      'resolution',
      'base_model',
      'base_model_hash',
      'loras',
      'resources',
    ]),
    resources: [...asResources('model', [model, refiner]), ...readLoras(json.loras)],
  })
}

function readRuined(json: Fields): Record<string, unknown> {
  const sampler = textOf(json.sampler_name)
  const model = named(json.base_model_name, json.base_model_hash)
  return knownFields({
    prompt: textOf(json.Prompt),
    negativePrompt: textOf(json.Negative),
    seed: numberOrDigits(json.seed),
    steps: numberOf(json.steps),
    cfgScale: numberOf(json.cfg),
    sampler: sampler === undefined ? undefined : siteSamplerName(sampler, json.scheduler),
    clipSkip: numberOf(json.clip_skip),
    Size: sizeOf(json.width, json.height),
    Model: model?.name,
    'Model hash': model?.hash,
    ...otherFields(json, [
      'Prompt',
      'Negative',
      'seed',
      'steps',
      'cfg',
      'sampler_name',
      'clip_skip',
      'width',
      'height',
      'base_model_name',
      'base_model_hash',
      'loras',
      'resources',
    ]),
    resources: [...asResources('model', [model]), ...readLoras(json.loras)],
  })
}

type Named = Pick<UsedResource, 'name' | 'hash'>

function named(name: unknown, hash: unknown): Named | undefined {
  if (!namesModel(name)) return undefined
  const hex = textOf(hash)
  return { name: withoutExtension(name), ...(hex === undefined || hex === '' ? {} : { hash: hex }) }
}

const asResources = (type: string, found: readonly (Named | undefined)[]): UsedResource[] =>
  found.flatMap((model) => (model === undefined ? [] : [{ type, ...model }]))

/**
 * LoRAs are lists of a name and a weight, in Fooocus with a hash behind, or objects. RuinedFooocus has also written a hash
 * and `weight - name`.
 */
function readLoras(loras: unknown): UsedResource[] {
  return (Array.isArray(loras) ? loras.slice(0, maxResources) : []).flatMap((entry: unknown): UsedResource[] => {
    const parts: unknown[] = Array.isArray(entry)
      ? entry
      : isFields(entry)
        ? [entry.name, entry.weight, entry.hash]
        : []
    const texts = parts.filter((part) => typeof part === 'string')
    const hash = texts.find((text) => /^[0-9a-f]{8,64}$/i.test(text))
    const label = texts.find((text) => text !== hash && numberOrDigits(text) === undefined)
    const [, labelWeight, labelName] = /^(-?[\d.]{1,10}) - (.+)$/s.exec(label ?? '') ?? []
    const name = labelName ?? label
    if (!namesModel(name)) return []
    const weight = Number(
      labelWeight ?? parts.find((part) => part !== hash && numberOrDigits(part) !== undefined) ?? Number.NaN,
    )
    return [
      {
        type: 'lora',
        name: withoutExtension(name),
        ...(hash === undefined ? {} : { hash }),
        ...(Number.isFinite(weight) ? { weight } : {}),
      },
    ]
  })
}
