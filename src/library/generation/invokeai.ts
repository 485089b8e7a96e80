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
import { maxResources, type UsedResource } from './resources.ts'
import { siteSamplerName } from './sampler-names.ts'

/*
 * InvokeAI has written three formats: `invokeai_metadata` (since 3.0), `sd-metadata` (2.x), and the command line of
 * `Dream` (1.x, and next to sd-metadata).
 */

/** Reads `invokeai_metadata`, the JSON of versions 3 and later; undefined for other JSON. */
export function readInvokeAi(json: Fields): Record<string, unknown> | undefined {
  const isMetadata = ['positive_prompt', 'generation_mode', 'cfg_scale'].filter((key) => key in json).length > 1
  if (!isMetadata) return undefined
  const model = modelOf(json.model)
  const scheduler = textOf(json.scheduler)
  const loras = listOf(json.loras).flatMap((entry): UsedResource[] => {
    const lora = isFields(entry) ? modelOf(entry.model ?? entry.lora) : undefined
    const weight = isFields(entry) ? numberOf(entry.weight) : undefined
    return lora === undefined ? [] : [{ type: 'lora', ...lora, ...(weight === undefined ? {} : { weight }) }]
  })
  const others = (
    [
      ['refiner_model', 'model'],
      ['vae', 'vae'],
    ] as const
  ).flatMap(([key, type]): UsedResource[] => {
    const found = modelOf(json[key])
    return found === undefined ? [] : [{ type, ...found }]
  })
  return knownFields({
    prompt: textOf(json.positive_prompt),
    negativePrompt: textOf(json.negative_prompt),
    seed: numberOrDigits(json.seed),
    steps: numberOf(json.steps),
    cfgScale: numberOf(json.cfg_scale),
    sampler: scheduler === undefined ? undefined : siteSamplerName(scheduler),
    clipSkip: numberOf(json.clip_skip),
    Size: sizeOf(json.width, json.height),
    Model: model?.name,
    'Model hash': model?.hash,
    ...otherFields(json, metadataKeys),
    resources: [...(model === undefined ? [] : [{ type: 'model', ...model }]), ...loras, ...others],
  })
}

const metadataKeys = [
  'positive_prompt',
  'negative_prompt',
  'seed',
  'steps',
  'cfg_scale',
  'clip_skip',
  'width',
  'height',
  'model',
  'loras',
  'resources',
]

/** Reads `sd-metadata`, the JSON of version 2; undefined for other JSON. */
export function readSdMetadata(json: Fields): Record<string, unknown> | undefined {
  const image = isFields(json.image) ? json.image : undefined
  if (image === undefined || !('prompt' in image)) return undefined
  const texts = typeof image.prompt === 'string' ? [image.prompt] : listOf(image.prompt).flatMap(promptPart)
  const name = textOf(json.model_weights)
  const hash = textOf(json.model_hash)
  const sampler = textOf(image.sampler)
  return knownFields({
    ...splitBrackets(texts.join(' ')),
    seed: numberOrDigits(image.seed),
    steps: numberOf(image.steps),
    cfgScale: numberOf(image.cfg_scale),
    sampler: sampler === undefined ? undefined : siteSamplerName(sampler),
    Size: sizeOf(image.width, image.height),
    Model: name,
    'Model hash': hash,
    ...otherFields(image, ['prompt', 'seed', 'steps', 'cfg_scale', 'sampler', 'width', 'height', 'resources']),
    resources: name === undefined ? [] : [{ type: 'model', name, ...(hash === undefined ? {} : { hash }) }],
  })
}

/** Reads `Dream`: the prompt in quotes, then options such as `-s 50 -S 1234 -W 512 -H 512 -C 7.5 -A k_lms`. */
export function readDream(text: string): Record<string, unknown> | undefined {
  const line = text.trim()
  const end = line.startsWith('"') ? line.lastIndexOf('"') : line.search(/ -[sSWHCA] ?\S/)
  if (end < 1) return undefined
  const options = new Map<string, string>()
  for (const [, name = '', value = ''] of line.slice(end).matchAll(/ -([sSWHCA]) ?([\w.-]{1,40})/g))
    options.set(name, value)
  if (!options.has('s') || !options.has('S')) return undefined
  const sampler = options.get('A')
  return knownFields({
    ...splitBrackets(line.slice(line.startsWith('"') ? 1 : 0, end)),
    seed: numberOrDigits(options.get('S')),
    steps: numberOrDigits(options.get('s')),
    cfgScale: numberOrDigits(options.get('C')),
    sampler: sampler === undefined ? undefined : siteSamplerName(sampler),
    Size: sizeOf(options.get('W'), options.get('H')),
  })
}

/** Versions 1 and 2 take what is in square brackets for the negative prompt. */
function splitBrackets(text: string): { prompt: string; negativePrompt: string } {
  const negative: string[] = []
  const positive: string[] = []
  let position = 0
  for (let open = text.indexOf('['); open >= 0; open = text.indexOf('[', position)) {
    const close = text.indexOf(']', open)
    if (close < 0) break
    positive.push(text.slice(position, open).trim())
    negative.push(text.slice(open + 1, close).trim())
    position = close + 1
  }
  positive.push(text.slice(position).trim())
  return { prompt: positive.filter(Boolean).join(' '), negativePrompt: negative.filter(Boolean).join(', ') }
}

const promptPart = (part: unknown): string[] => (isFields(part) && typeof part.prompt === 'string' ? [part.prompt] : [])

/** Version 4 has `name` and `hash` (`blake3:…`), version 3 `model_name`; version 2 of the format a plain name. */
function modelOf(value: unknown): Pick<UsedResource, 'name' | 'hash'> | undefined {
  const fields: Fields = isFields(value) ? value : { name: value }
  const name = textOf(fields.name) ?? textOf(fields.model_name)
  if (name === undefined || name === '') return undefined
  const hash = /^(?:(?:blake3|sha256):)?([0-9a-f]{8,64})$/i.exec(textOf(fields.hash) ?? '')?.[1]
  return { name, ...(hash === undefined ? {} : { hash }) }
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value.slice(0, maxResources) : [])
