import { readSettings } from './parameter-settings.ts'

/** A model, LoRA or embedding that an image was made with. */
export type UsedResource = { type: string; name: string; hash?: string; weight?: number }

/**
 * Reads the text form: the prompt, `Negative prompt:`, and a line of settings that begins with `Steps:`. `undefined`
 * when there is no such line, since then the text is some other comment.
 */
export function readParameterText(text: string): Record<string, unknown> | undefined {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const settingsAt = lines.findLastIndex((line) => /^\s*Steps: ?\d/.test(line))
  if (settingsAt === -1) return undefined
  const settings = readSettings(lines.slice(settingsAt).join('\n'))
  const { prompt, negativePrompt } = splitPrompts(lines.slice(0, settingsAt))
  const hashes = collectHashes(settings)
  const resources = collectResources(prompt, settings, hashes)
  const civitaiResources = readCivitaiResources(settings.get('Civitai resources'))
  const meta = new Map<string, unknown>([
    ['prompt', prompt],
    ['negativePrompt', negativePrompt],
  ])
  for (const [name, value] of settings)
    if (name !== 'Hashes' && name !== 'Civitai resources') meta.set(keys[name] ?? name, flat(name, value))
  if (Object.keys(hashes).length > 0) meta.set('hashes', hashes)
  if (resources.length > 0) meta.set('resources', resources)
  if (civitaiResources.length > 0) meta.set('civitaiResources', civitaiResources)
  return Object.fromEntries(meta)
}

/** Names of `GET /images` for names of the text; all others stay as they are. */
const keys: Record<string, string> = Object.assign(Object.create(null), {
  Steps: 'steps',
  Sampler: 'sampler',
  'CFG scale': 'cfgScale',
  Seed: 'seed',
  'Clip skip': 'clipSkip',
})

/** Numbers become numbers where they stay exact; other settings are kept letter by letter. */
function flat(name: string, value: unknown): unknown {
  if (typeof value !== 'string' || !Object.hasOwn(keys, name) || name === 'Sampler') return value
  const number = Number(value)
  return value === '' || !Number.isFinite(number) || Math.abs(number) > Number.MAX_SAFE_INTEGER ? value : number
}

function splitPrompts(lines: readonly string[]) {
  const negativeAt = lines.findIndex((line) => line.startsWith('Negative prompt:'))
  const positive = negativeAt === -1 ? lines : lines.slice(0, negativeAt)
  const negative = negativeAt === -1 ? [] : lines.slice(negativeAt)
  return {
    prompt: positive.join('\n').trim(),
    negativePrompt: negative.join('\n').replace('Negative prompt:', '').trim(),
  }
}

/** One table of hashes: `model`, `vae`, `lora:name`, `embed:name` → hash, from all the settings that name any. */
function collectHashes(settings: ReadonlyMap<string, unknown>): Record<string, string> {
  const found = new Map<string, string>()
  for (const [name, hash] of pairs(settings.get('Lora hashes'))) found.set(`lora:${name}`, hash)
  for (const [name, hash] of pairs(settings.get('TI hashes'))) found.set(`embed:${name}`, hash)
  const single = { model: settings.get('Model hash'), vae: settings.get('VAE hash') }
  for (const [name, hash] of Object.entries(single)) if (typeof hash === 'string' && hash !== '') found.set(name, hash)
  const table = settings.get('Hashes')
  if (typeof table === 'object' && table !== null) {
    for (const [name, hash] of Object.entries(table)) if (typeof hash === 'string') found.set(name, hash)
  }
  return Object.fromEntries(found)
}

/** `a: 123, b: 456` → pairs; names may hold colons, hashes do not. */
function pairs(value: unknown): [string, string][] {
  if (typeof value !== 'string') return []
  return value.split(',').flatMap((part): [string, string][] => {
    const colon = part.lastIndexOf(':')
    return colon < 1 ? [] : [[part.slice(0, colon).trim(), part.slice(colon + 1).trim()]]
  })
}

function collectResources(
  prompt: string,
  settings: ReadonlyMap<string, unknown>,
  hashes: Record<string, string>,
): UsedResource[] {
  const resources = new Map<string, UsedResource>()
  const add = (key: string, resource: UsedResource) => {
    const hash = Object.hasOwn(hashes, key) ? hashes[key] : undefined
    resources.set(key, { ...(hash === undefined ? {} : { hash }), ...resource })
  }
  const model = settings.get('Model')
  if (typeof model === 'string' && model !== '') add('model', { type: 'model', name: model })
  for (const [, name = '', weight = '1'] of prompt.matchAll(
    /<(?:lora|lyco|hypernet):([^:<>]{1,200}):(-?[\d.]{1,10})[^<>]{0,100}>/g,
  )) {
    const number = Number(weight)
    add(`lora:${name}`, { type: 'lora', name, ...(Number.isFinite(number) ? { weight: number } : {}) })
  }
  for (const key of Object.keys(hashes)) {
    const [, kind, name] = /^(lora|embed):(.+)$/s.exec(key) ?? []
    if (kind !== undefined && name !== undefined && !resources.has(key)) add(key, { type: kind, name })
  }
  return [...resources.values()].slice(0, 500)
}

function readCivitaiResources(value: unknown): Array<{ type?: string; modelVersionId: number; weight?: number }> {
  if (!Array.isArray(value)) return []
  return value.slice(0, 500).flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return []
    const { type, modelVersionId, weight } = entry as Record<string, unknown> // any object of JSON
    if (
      typeof modelVersionId !== 'number' ||
      !Number.isInteger(modelVersionId) ||
      modelVersionId < 1 ||
      modelVersionId > 2 ** 31 - 1
    )
      return []
    return [
      {
        ...(typeof type === 'string' ? { type } : {}),
        modelVersionId,
        ...(typeof weight === 'number' ? { weight } : {}),
      },
    ]
  })
}
