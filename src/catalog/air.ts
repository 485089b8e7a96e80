import { ecosystemOf } from './base-models.ts'
import type { ModelFileType, ModelType } from './enums.ts'

/** The parts of an AIR, an address of a model anywhere (contract §3). `id` and `version` are texts: other sources use names. */
export type Air = {
  ecosystem?: string
  type?: string
  source: string
  id: string
  version?: string
  fileId?: number
  format?: string
}

/** The AIR of a version, or of one of its files, in a catalog that speaks for `civitai` ids. */
export function airOf(version: {
  baseModel: string
  modelType: ModelType
  modelId: number
  versionId: number
  /** The type of the primary file, or of the file that was asked for. */
  fileType?: ModelFileType
  /** Given only where the AIR is to name one file. */
  fileId?: number
}): string {
  return writeAir({
    ecosystem: ecosystemOf(version.baseModel),
    type: airTypeOf(version.modelType, version.fileType),
    source: 'civitai',
    id: String(version.modelId),
    version: String(version.versionId),
    ...(version.fileId === undefined ? {} : { fileId: version.fileId }),
  })
}

/** Writes an AIR, always with both prefixes. */
export function writeAir(air: Required<Pick<Air, 'ecosystem' | 'type'>> & Air): string {
  const version = air.version === undefined ? '' : `@${air.version}`
  const fileId = air.fileId === undefined ? '' : `+${air.fileId}`
  const format = air.format === undefined ? '' : `.${air.format}`
  return `urn:air:${air.ecosystem}:${air.type}:${air.source}:${air.id}${version}${fileId}${format}`
}

/**
 * Reads an AIR, prefixes or not, in any letter case; `undefined` when the text is none. `id` and `version` may hold
 * dots, so a format is recognised only behind a file id; a single segment before the source is the ecosystem.
 */
export function parseAir(text: string): Air | undefined {
  if (text.length > 500) return undefined
  const groups = grammar.exec(text)?.groups
  if (groups?.source === undefined || groups.id === undefined) return undefined
  const { ecosystem, type, source, id, version, fileId, format } = groups
  if (fileId !== undefined && !Number.isSafeInteger(Number(fileId))) return undefined
  return {
    ...(ecosystem === undefined ? {} : { ecosystem }),
    ...(type === undefined ? {} : { type }),
    source,
    id,
    ...(version === undefined ? {} : { version }),
    ...(fileId === undefined ? {} : { fileId: Number(fileId) }),
    ...(format === undefined ? {} : { format }),
  }
}

/** The type segment: the model's, unless the file is a bare diffusion model or UNet. */
export function airTypeOf(modelType: ModelType, fileType?: ModelFileType): string {
  if (fileType === 'Diffusion Model') return 'diffusionmodel'
  if (fileType === 'UNet') return 'unet'
  return airTypes[modelType] ?? 'unknown'
}

const airTypes: Partial<Record<ModelType, string>> = {
  Checkpoint: 'checkpoint',
  LORA: 'lora',
  LoCon: 'lycoris',
  DoRA: 'dora',
  TextualInversion: 'embedding',
  Hypernetwork: 'hypernet',
  AestheticGradient: 'ag',
  VAE: 'vae',
  Controlnet: 'controlnet',
  Upscaler: 'upscaler',
  MotionModule: 'motion',
  TextEncoder: 'text_encoders',
  UNet: 'unet',
  CLIPVision: 'clipvision',
  CLIP: 'clip',
  VisionLanguage: 'visionlanguage',
}

const grammar =
  /^(?:urn:)?(?:air:)?(?:(?<ecosystem>[\w\-/]+):)?(?:(?<type>[\w\-/]+):)?(?<source>[\w\-/]+):(?<id>[\w\-/.]+)(?:@(?<version>[\w\-/.]+))?(?:\+(?<fileId>\d+)(?:\.(?<format>[\w-]+))?)?$/i
