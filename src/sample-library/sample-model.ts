import type { CommercialUse, ModelType } from '../catalog/enums.ts'
import type { SidecarKind } from '../library/sidecars/claim.ts'
import type { SampleTensor } from './model-bytes.ts'
import type { Scene } from './previews/draw.ts'

/** A file of the sample library with what lies beside it. All names, people and texts are made up. */
export interface SampleModel {
  /** Its path without `.safetensors`, relative to the library folder. */
  stem: string
  tensors: readonly SampleTensor[]
  /** What its header says; `dataSha256` is that of its tensors, lower-case hex. */
  metadata?: (dataSha256: string) => Record<string, string>
  sidecars: readonly SidecarKind[]
  /** What its sidecars say, as far as they have words for it. */
  facts: SampleFacts
  /** In the order they are shown. */
  previews: readonly SamplePreview[]
}

export interface SampleFacts {
  /** Of a model that is in step with a site; below the ids that the hub gives itself. */
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
  /** ISO 8601, so that the library is the same whenever it is made. */
  publishedAt: string
  commercialUse?: readonly CommercialUse[]
  credit?: 'required'
  notes?: string
  weight?: number
  negativePrompt?: string
}

export interface SamplePreview {
  /** What follows the stem; its end tells the format. */
  suffix: `.${string}.${PreviewFormat}` | `.${PreviewFormat}`
  scene: Scene
  square?: true
  /** Browsing level: 1 PG, 2 PG-13, 4 R. The pictures are harmless whatever they are said to be. */
  level?: 1 | 2 | 4
  parameters?: SampleParameters
}

export type PreviewFormat = 'png' | 'jpg' | 'webp'

/** How a picture is said to have been made, with stems of the models that it took. */
export interface SampleParameters {
  prompt: string
  checkpoint: string
  lora?: string
  seed: number
}
