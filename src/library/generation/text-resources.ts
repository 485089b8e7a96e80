import { maxResources, namesModel, type UsedResource, withoutExtension } from './resources.ts'

/** Returns one table of hashes from all the settings that name any: `model`, `vae`, `lora:name`, `embed:name` → hash. */
export function collectHashes(settings: ReadonlyMap<string, unknown>): Record<string, string> {
  const found = new Map<string, string>()
  for (const [name, hash] of pairs(settings.get('Lora hashes'))) found.set(`lora:${name}`, hash)
  for (const [name, hash] of pairs(settings.get('TI hashes'))) found.set(`embed:${name}`, hash)
  const single = {
    model: settings.get('Model hash') ?? settings.get('Base Model Hash'),
    vae: settings.get('VAE hash'),
  }
  for (const [name, hash] of Object.entries(single)) if (typeof hash === 'string' && hash !== '') found.set(name, hash)
  const table = settings.get('Hashes')
  if (typeof table === 'object' && table !== null) {
    for (const [name, hash] of Object.entries(table)) if (typeof hash === 'string') found.set(name, hash)
  }
  return Object.fromEntries(found)
}

/** Reads `a: 123, b: 456` as pairs; names may hold colons, hashes do not. */
function pairs(value: unknown): [string, string][] {
  if (typeof value !== 'string') return []
  return value.split(',').flatMap((part): [string, string][] => {
    const colon = part.lastIndexOf(':')
    return colon < 1 ? [] : [[part.slice(0, colon).trim(), part.slice(colon + 1).trim()]]
  })
}

/** Lists the models that the prompt and the settings name, with their hashes and weights. */
export function collectResources(
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
  const others = [
    ...additionalNetworks(settings),
    ...hypernetwork(settings),
    ...further(settings, 'Refiner'),
    ...further(settings, 'Hires checkpoint'),
  ]
  const known = new Set([...resources.values()].map(({ type, name }) => `${type}:${name}`))
  return [...resources.values(), ...others.filter(({ type, name }) => !known.has(`${type}:${name}`))].slice(
    0,
    maxResources,
  )
}

/** The `AddNet` settings of the Additional Networks extension: `AddNet Model 1: name(hash)` with module and weight. */
function additionalNetworks(settings: ReadonlyMap<string, unknown>): UsedResource[] {
  if (settings.get('AddNet Enabled') !== 'True') return []
  return Array.from({ length: maxAdditionalNetworks }, (_, index) => index + 1).flatMap((number): UsedResource[] => {
    const model = nameAndHash(settings.get(`AddNet Model ${number}`))
    if (model === undefined) return []
    const module = settings.get(`AddNet Module ${number}`)
    const weight = Number(
      settings.get(`AddNet Weight A ${number}`) ?? settings.get(`AddNet Weight ${number}`) ?? Number.NaN,
    )
    return [
      {
        type: typeof module === 'string' && module !== '' ? module.toLowerCase() : 'lora',
        ...model,
        ...(Number.isFinite(weight) ? { weight } : {}),
      },
    ]
  })
}

const maxAdditionalNetworks = 20

function hypernetwork(settings: ReadonlyMap<string, unknown>): UsedResource[] {
  const model = nameAndHash(settings.get('Hypernet'))
  const hash = settings.get('Hypernet hash')
  const weight = Number(settings.get('Hypernet strength') ?? Number.NaN)
  if (model === undefined) return []
  return [
    {
      type: 'hypernet',
      ...model,
      ...(typeof hash === 'string' && hash !== '' ? { hash } : {}),
      ...(Number.isFinite(weight) ? { weight } : {}),
    },
  ]
}

/** A second checkpoint, such as `Refiner: name [hash]`. */
function further(settings: ReadonlyMap<string, unknown>, setting: string): UsedResource[] {
  const model = nameAndHash(settings.get(setting))
  return model === undefined ? [] : [{ type: 'model', ...model }]
}

/** Reads `name [hash]` or `name(hash)`; the hash may be absent. */
function nameAndHash(value: unknown): Pick<UsedResource, 'name' | 'hash'> | undefined {
  if (!namesModel(value) || value.length > 1000 || /^use same checkpoint/i.test(value)) return undefined
  const trimmed = value.trim()
  const [, name, hash] = /^(.*\S)\s?[[(]([0-9a-f]{8,64})[\])]$/is.exec(trimmed) ?? []
  return name === undefined || hash === undefined
    ? { name: withoutExtension(trimmed) }
    : { name: withoutExtension(name), hash }
}
