import type { Tensor } from './tensors.ts'

/** The names and shapes of a model's tensors, ready for many questions. */
export type TensorNames = {
  /** Whether any name matches; patterns may use `^` and `$` for the ends of a name. */
  has(pattern: RegExp): boolean
  /** The shape of the first tensor whose name matches. */
  shape(pattern: RegExp): readonly number[] | undefined
  /** How many different numbers the pattern's first group captures (how many blocks a model has). */
  countOf(pattern: RegExp): number
}

/** Indexes tensor names; questions about them cost one pass each. */
export function nameTensors(allTensors: readonly Tensor[]): TensorNames {
  const tensors = allTensors.slice(0, maxTensors)
  const find = (pattern: RegExp) => tensors.find(({ name }) => name.length < maxNameLength && pattern.test(name))
  return {
    has: (pattern) => find(pattern) !== undefined,
    shape: (pattern) => find(pattern)?.shape,
    countOf: (pattern) => {
      const captured = tensors.map(({ name }) => pattern.exec(name.slice(0, maxNameLength))?.[1])
      return new Set(captured.filter((capture) => capture !== undefined)).size
    },
  }
}

/** No real model comes near; hostile headers may not cost seconds. */
const maxTensors = 50_000
const maxNameLength = 500
