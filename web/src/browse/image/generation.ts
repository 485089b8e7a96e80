/** How a picture was made, in the parts that a page shows. */
export interface Generation {
  prompt: string | undefined
  negativePrompt: string | undefined
  /** Short values with their names, the usual ones first. */
  settings: [name: string, value: string][]
  /** What was used, by the names that the picture holds. */
  resources: { name: string; type: string | undefined; weight: number | undefined }[]
}

const usual: readonly (readonly [key: string, name: string])[] = [
  ['steps', 'Steps'],
  ['sampler', 'Sampler'],
  ['scheduler', 'Scheduler'],
  ['Schedule type', 'Scheduler'],
  ['cfgScale', 'CFG scale'],
  ['seed', 'Seed'],
  ['Size', 'Size'],
  ['clipSkip', 'Clip skip'],
  ['Model', 'Model'],
  ['Model hash', 'Model hash'],
]
const elsewhere = new Set([
  'prompt',
  'negativePrompt',
  'resources',
  'civitaiResources',
  'hashes',
  'comfy',
  ...usual.map(([key]) => key),
])
const longest = 200

/** Reads what the API has of a picture's making. It stems from files of anybody: whatever is no short value is left out. */
export function readGeneration(meta: Record<string, unknown>): Generation {
  const rest = Object.entries(meta).filter(([key]) => !elsewhere.has(key))
  const settings = [...usual.map(([key, name]) => [name, meta[key]] as const), ...rest]
  return {
    prompt: textOf(meta.prompt),
    negativePrompt: textOf(meta.negativePrompt),
    settings: settings.flatMap(([name, value]) => {
      const text =
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
      return text.trim() === '' || text.length > longest || name.length > longest
        ? []
        : [[name, text] as [string, string]]
    }),
    resources: (Array.isArray(meta.resources) ? meta.resources : []).flatMap(resourceOf),
  }
}

function resourceOf(resource: unknown): Generation['resources'] {
  if (typeof resource !== 'object' || resource === null) return []
  const { name, type, weight } = resource as Record<string, unknown>
  if (typeof name !== 'string' || name.trim() === '') return []
  return [
    {
      name,
      type: typeof type === 'string' ? type : undefined,
      weight: typeof weight === 'number' ? weight : undefined,
    },
  ]
}

const textOf = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? value : undefined)
