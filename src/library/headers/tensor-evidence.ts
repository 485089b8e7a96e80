import type { BaseModelType } from '../../catalog/enums.ts'
import type { Layer } from './tensor-layers.ts'
import type { TensorNames } from './tensor-names.ts'

/** The family that a model's tensors belong to. */
export type TensorFamily = {
  /** What the tensors alone prove; absent when they only narrow it down. */
  baseModel?: string
  /** Every base model that has such tensors. */
  allows: readonly string[]
  baseModelType?: BaseModelType
}

/** What is asked of the tensors of a model. */
export interface TensorEvidence {
  names: TensorNames
  layers: readonly Layer[]
  /** The first layer whose name matches, with `_` between the parts of the name. */
  layer(pattern: RegExp): Layer | undefined
  /** The highest number that the pattern's first group captures in the names of layers; -1 for none. */
  highest(pattern: RegExp): number
}

export const evidenceOf = (names: TensorNames, layers: readonly Layer[]): TensorEvidence => ({
  names,
  layers,
  layer: (pattern) => layers.find(({ name }) => pattern.test(name)),
  highest: (pattern) => layers.reduce((most, { name }) => Math.max(most, Number(pattern.exec(name)?.[1] ?? -1)), -1),
})
