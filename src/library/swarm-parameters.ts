import type { UsedResource } from './parameter-text.ts'

/** Reads the `sui_image_params` that SwarmUI writes, alone or inside its outer object; `undefined` for other JSON. */
export function readSwarmParameters(json: object): Record<string, unknown> | undefined {
  const outer: Record<string, unknown> = { ...json }
  const inner = outer.sui_image_params ?? ('prompt' in json && 'cfgscale' in json ? json : undefined)
  if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return undefined
  const values: Record<string, unknown> = { ...inner }
  const renamed = Object.entries(values)
    .filter(([key]) => key !== '__proto__')
    .map(([key, value]) => [keys[key] ?? key, value] as const)
  const { width, height, model } = values
  const resources = readModels(outer.sui_models)
  const hash = resources.find(({ type }) => type === 'model')?.hash
  return {
    ...Object.fromEntries(renamed),
    ...(typeof width === 'number' && typeof height === 'number' ? { Size: `${width}x${height}` } : {}),
    ...(typeof model === 'string' ? { Model: model } : {}),
    ...(hash === undefined ? {} : { 'Model hash': hash }),
    ...(resources.length === 0 ? {} : { resources }),
  }
}

const keys: Record<string, string> = Object.assign(Object.create(null), {
  negativeprompt: 'negativePrompt',
  cfgscale: 'cfgScale',
  clipstopatlayer: 'clipSkip',
})

/** Its models carry the SHA-256 of their tensor data, whose first 12 digits are the AutoV3 (contract §4). */
function readModels(models: unknown): UsedResource[] {
  if (!Array.isArray(models)) return []
  return models.slice(0, 100).flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null || !('name' in entry) || typeof entry.name !== 'string') return []
    const type = 'param' in entry && typeof entry.param === 'string' ? entry.param : 'model'
    const hex =
      'hash' in entry && typeof entry.hash === 'string' ? /^(?:0x)?([0-9a-f]{12})/i.exec(entry.hash)?.[1] : undefined
    return [
      {
        type: type === 'loras' ? 'lora' : type,
        name: entry.name,
        ...(hex === undefined ? {} : { hash: hex.toUpperCase() }),
      },
    ]
  })
}
