import { parseAir } from '../../catalog/air.ts'

/** A model, LoRA or embedding that an image was made with. */
export type UsedResource = { type: string; name: string; hash?: string; weight?: number }

/** A version of the site that an image was made with; `modelId` stands in only where no version is named. */
export type SiteResource = { type?: string; modelVersionId?: number; modelId?: number; weight?: number }

/** Maximum number of resources of one image. */
export const maxResources = 500

/** Returns a model's name without the extension of its file. */
export const withoutExtension = (name: string): string => name.replace(/\.(safetensors|ckpt|pt|pth|gguf|bin|sft)$/i, '')

/** Whether the value of a loader names a model: programs write `None` and the like for no model. */
export const namesModel = (value: unknown): value is string =>
  typeof value === 'string' &&
  !/^\s*(none|null|undefined|disabled|automatic|baked vae|default \(model\))?\s*$/i.test(value)

/** Reads what the site's own images list (`Civitai resources`, `extraMetadata.resources`); entries that name nothing are left out. */
export function readSiteResources(value: unknown): SiteResource[] {
  if (!Array.isArray(value)) return []
  return value.slice(0, maxResources).flatMap((entry: unknown): SiteResource[] => {
    if (typeof entry !== 'object' || entry === null) return []
    const fields: Record<string, unknown> = { ...entry }
    const weight = fields.weight ?? fields.strength
    const shared = {
      ...(typeof fields.type === 'string' ? { type: fields.type } : {}),
      ...(typeof weight === 'number' ? { weight } : {}),
    }
    const versionId = [fields.modelVersionId, fields.versionId].find(isId)
    if (versionId !== undefined) return [orderly({ ...shared, modelVersionId: versionId })]
    const named = typeof fields.air === 'string' ? siteResourceOf(fields.air) : undefined
    if (named !== undefined) return [orderly({ ...shared, ...named })]
    return isId(fields.modelId) ? [orderly({ ...shared, modelId: fields.modelId })] : []
  })
}

/** The version, or else the model, of the site that an AIR (contract §3) names; undefined for any other text. */
export function siteResourceOf(text: string, weight?: number): SiteResource | undefined {
  const air = /^urn:air:/i.test(text.trim()) ? parseAir(text.trim()) : undefined
  if (air?.source.toLowerCase() !== 'civitai') return undefined
  const type = air.type === undefined ? {} : { type: air.type.toLowerCase() }
  const weighted = weight === undefined ? {} : { weight }
  const [modelId, versionId] = [Number(air.id), Number(air.version)]
  if (isId(versionId)) return orderly({ ...type, modelVersionId: versionId, ...weighted })
  return isId(modelId) ? orderly({ ...type, modelId, ...weighted }) : undefined
}

/** Several lists as one, each version once; what a later list adds to an entry counts. */
export function mergeSiteResources(lists: readonly (readonly SiteResource[])[]): SiteResource[] {
  const merged = new Map<string, SiteResource>()
  for (const resource of lists.flat()) {
    const key =
      resource.modelVersionId === undefined ? `model ${resource.modelId}` : `version ${resource.modelVersionId}`
    merged.set(key, orderly({ ...merged.get(key), ...resource }))
  }
  return [...merged.values()].slice(0, maxResources)
}

const isId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 2 ** 31

const orderly = ({ type, modelVersionId, modelId, weight }: SiteResource): SiteResource => ({
  ...(type !== undefined && { type }),
  ...(modelVersionId !== undefined ? { modelVersionId } : modelId !== undefined && { modelId }),
  ...(weight !== undefined && { weight }),
})
