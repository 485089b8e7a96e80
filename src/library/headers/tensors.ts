/** One tensor of a model file. `begin` and `end` are byte offsets from the start of the data region. */
export type Tensor = { name: string; dtype: string; shape: number[]; begin: number; end: number }

/** What the header of a model file says, whichever format it has. `headerBytes` counts everything before the data. */
export type ModelHeader = {
  format: 'SafeTensor' | 'GGUF'
  headerBytes: number
  metadata: Record<string, string>
  tensors: Tensor[]
  /** Metadata that was left out, as sentences about the file; absent for none. */
  problems?: string[]
}

/** How many numbers a shape holds; `undefined` when it is beyond what can be counted exactly. */
export function elementCount(shape: readonly number[]): number | undefined {
  const count = shape.reduce((product, size) => product * size, 1)
  return Number.isSafeInteger(count) ? count : undefined
}
