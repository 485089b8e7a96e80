import { ggmlBlockElements } from './gguf.ts'
import { isKnownDtype } from './safetensors.ts'
import type { ModelHeader, Tensor } from './tensors.ts'

/**
 * Whether the tensors of a model file, with the padding that its format prescribes, take up all of its data: no gaps, no
 * overlaps, and no bytes after them. Safetensors has no padding; GGUF pads each tensor, the last one included, to
 * `general.alignment` (GGUF specification). A tensor whose type has no known size is not verified.
 */
export function coversWholeFile(header: ModelHeader, sizeBytes: number): boolean {
  const isGguf = header.format === 'GGUF'
  if (!header.tensors.every(isGguf ? hasWholeBlocks : ({ dtype }: Tensor) => isKnownDtype(dtype))) return false
  const alignment = isGguf ? Number(header.metadata['general.alignment'] ?? 32) : 1
  const inOrder = header.tensors.toSorted((one, other) => one.begin - other.begin || one.end - other.end)
  let covered = 0
  for (const { begin, end } of inOrder) {
    if (begin !== covered) return false
    covered = Math.ceil(end / alignment) * alignment
  }
  return header.headerBytes + covered === sizeBytes
}

/** A row of a ggml tensor consists of whole blocks; its length is the innermost dimension. */
function hasWholeBlocks({ dtype, shape }: Tensor): boolean {
  const blockElements = ggmlBlockElements(dtype)
  return blockElements !== undefined && (shape.at(-1) ?? 1) % blockElements === 0
}
