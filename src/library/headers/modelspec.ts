import { baseModelNamed } from '../../catalog/base-model-names.ts'
import type { BaseModelType, ModelType } from '../../catalog/enums.ts'
import { withoutHexPrefix } from '../../catalog/hex-prefix.ts'

/** What a ModelSpec header (or a JSON file of its keys) says about a model. */
export type ModelSpec = {
  architecture?: string
  baseModel?: string
  baseModelType?: BaseModelType
  modelType?: ModelType
  title?: string
  author?: string
  description?: string
  publishedAt?: number
  triggerWords?: string[]
  tags?: string[]
  license?: string
  usageHint?: string
  mergedFrom?: string
  resolution?: string
  predictionType?: string
  /** SHA-256 of the tensor data, upper-case hex. */
  dataSha256?: string
  thumbnail?: Thumbnail
}

/** An image that a header carries inside. */
export type Thumbnail = { mediaType: string; bytes: Uint8Array }

/** Reads the keys `modelspec.*`, or the same keys without the prefix where a file leaves it out. */
export function readModelSpec(metadata: Record<string, string>): ModelSpec | undefined {
  const read = (key: string) => clean(metadata[`modelspec.${key}`] ?? (unprefixed.has(key) ? metadata[key] : undefined))
  const architecture = read('architecture')
  const hash = withoutHexPrefix(read('hash_sha256') ?? '')
  const published = Date.parse(read('date') ?? '')
  const thumbnail = thumbnailKeys.map((key) => readThumbnail(metadata[key])).find((found) => found !== undefined)
  const spec = {
    architecture,
    ...readArchitecture(architecture),
    title: read('title'),
    author: read('author'),
    description: read('description'),
    publishedAt: Number.isNaN(published) ? undefined : published,
    triggerWords: listed(read('trigger_phrase'), ';'),
    tags: listed(read('tags'), ','),
    license: read('license'),
    usageHint: read('usage_hint'),
    mergedFrom: read('merged_from'),
    resolution: read('resolution'),
    predictionType: read('prediction_type'),
    dataSha256: /^[0-9a-f]{64}$/i.test(hash) ? hash.toUpperCase() : undefined,
    thumbnail,
  }
  const known = Object.entries(spec).filter(([, value]) => value !== undefined)
  return known.length === 0 ? undefined : (Object.fromEntries(known) as ModelSpec) // the undefined ones are gone
}

/** Where files and SwarmUI's sidecars hold a picture of the model, best first. */
const thumbnailKeys = ['modelspec.thumbnail', 'thumbnail', 'modelspec.preview_image', 'preview_image']

/** Decodes a `data:image/...;base64,` text; `undefined` when it is none or over 8 MB. */
export function readThumbnail(dataUri: string | undefined): Thumbnail | undefined {
  if (dataUri === undefined || dataUri.length > 8_000_000) return undefined
  const comma = dataUri.indexOf(',')
  const mediaType = /^data:(image\/(?:png|jpeg|jpg|webp|gif|avif));base64$/i.exec(
    dataUri.slice(0, Math.max(0, comma)),
  )?.[1]
  if (mediaType === undefined) return undefined
  const bytes = Buffer.from(dataUri.slice(comma + 1), 'base64')
  return bytes.length === 0 ? undefined : { mediaType: mediaType.toLowerCase().replace('jpg', 'jpeg'), bytes }
}

const unprefixed = new Set([
  'architecture',
  'title',
  'author',
  'description',
  'date',
  'resolution',
  'trigger_phrase',
  'tags',
  'license',
  'usage_hint',
  'merged_from',
  'prediction_type',
  'hash_sha256',
])

/** The second segment of an architecture says what kind of model it is. */
const kinds: Record<string, ModelType> = {
  lora: 'LORA',
  'textual-inversion': 'TextualInversion',
  controlnet: 'Controlnet',
  'control-net': 'Controlnet',
  vae: 'VAE',
}

function readArchitecture(architecture: string | undefined) {
  if (architecture === undefined) return {}
  const [family = '', kind = ''] = architecture.toLowerCase().split('/')
  const variant = /-(inpainting|refiner|edit)$/.exec(family)
  const variants: Record<string, BaseModelType> = { inpainting: 'Inpainting', refiner: 'Refiner', edit: 'Pix2Pix' }
  return {
    baseModel:
      baseModelNamed(family) ?? (variant === null ? undefined : baseModelNamed(family.slice(0, variant.index))),
    baseModelType: variants[variant?.[1] ?? ''],
    modelType: Object.hasOwn(kinds, kind) ? kinds[kind] : undefined,
  }
}

function listed(text: string | undefined, separator: string): string[] | undefined {
  const words = text
    ?.split(separator)
    .map((word) => word.trim())
    .filter((word) => word !== '' && word.length <= 1000)
  return words === undefined || words.length === 0 ? undefined : [...new Set(words)].slice(0, 500)
}

function clean(text: string | undefined): string | undefined {
  const trimmed = text?.trim().slice(0, 100_000)
  return trimmed === '' || trimmed === 'None' ? undefined : trimmed
}
