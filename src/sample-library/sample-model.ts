import type { CommercialUse, ModelType } from '../catalog/enums.ts'
import type { SidecarKind } from '../library/sidecars/claim.ts'
import type { SampleTensor } from './model-bytes.ts'
import type { Scene } from './previews/draw.ts'

/** A model file of the sample library with its sidecars and previews. All names, people and texts are fictional. */
export interface SampleModel {
  /** Path without `.safetensors`, relative to the library folder. */
  stem: string
  tensors: readonly SampleTensor[]
  /** Returns the header metadata. `dataSha256` is the hash of the tensors, in lower-case hex. */
  metadata?: (dataSha256: string) => Record<string, string>
  sidecars: readonly SidecarKind[]
  /** The facts that its sidecars state, as far as their formats allow. */
  facts: SampleFacts
  /** In display order. */
  previews: readonly SamplePreview[]
}

export interface SampleFacts {
  /** Site ids, below the local range. Absent for models that the site does not know. */
  ids?: { model: number; version: number }
  name: string
  version: string
  type: ModelType
  baseModel: string
  /** HTML. */
  description: string
  /** HTML. */
  versionDescription?: string
  creator: string
  tags: readonly string[]
  trainedWords: readonly string[]
  /** ISO 8601. Fixed, so that the library always has the same bytes. */
  publishedAt: string
  commercialUse?: readonly CommercialUse[]
  credit?: 'required'
  notes?: string
  weight?: number
  negativePrompt?: string
}

export interface SamplePreview {
  /** The part of the file name after the stem. Its extension is the format. */
  suffix: `.${string}.${PreviewFormat}` | `.${PreviewFormat}`
  scene: Scene
  square?: true
  /** Stated browsing level: 1 PG, 2 PG-13, 4 R. All sample images are harmless. */
  level?: 1 | 2 | 4
  parameters?: SampleParameters
}

export type PreviewFormat = 'png' | 'jpg' | 'webp'

/** Stated generation parameters of an image. `checkpoint` and `lora` are stems of sample models. */
export interface SampleParameters {
  prompt: string
  checkpoint: string
  lora?: string
  seed: number
}
