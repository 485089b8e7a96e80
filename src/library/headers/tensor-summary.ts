import type { ModelHeader, Tensor } from './tensors.ts'

/** The answer of `GET /model-files/{id}/tensor-metadata` (site API). All sizes in bytes. */
export type TensorSummary = {
  format: 'SafeTensor' | 'GGUF'
  tensorCount: number
  totalTensorBytes: number
  dtypeCounts: Array<{ dtype: string; count: number; bytes: number }>
  largestTensor: ListedTensor | null
  vramEstimate: VramEstimate | null
  tensors: ListedTensor[]
}

export type ListedTensor = { name: string; shape: number[]; dtype: string; sizeBytes: number }

export type VramEstimate = {
  estimatedMinimumVramBytes: number
  recommendedVramBytes: number
  residentWeightsBytes: number
  fullyResidentWeightsBytes: number
  inferenceReserveBytes: number
  extraReservedBytes: number
  dynamicVramPageBytes: number
}

/** Sums up the tensors of a model file; `checkpoint` says whether it is one, since only those get a VRAM estimate. */
export function summarizeTensors(header: ModelHeader, { checkpoint }: { checkpoint: boolean }): TensorSummary {
  const tensors = header.tensors.map(listTensor)
  const largest = tensors.reduce<ListedTensor | null>(
    (best, tensor) => (best === null || tensor.sizeBytes > best.sizeBytes ? tensor : best),
    null,
  )
  return {
    format: header.format,
    tensorCount: tensors.length,
    totalTensorBytes: tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    dtypeCounts: countDtypes(tensors),
    largestTensor: largest,
    vramEstimate: checkpoint && largest !== null ? estimateVram(tensors, largest.sizeBytes) : null,
    tensors,
  }
}

const mebibyte = 1024 * 1024
const inferenceReserveBytes = 1024 * mebibyte
const extraReservedBytes = 512 * mebibyte

function listTensor({ name, shape, dtype, begin, end }: Tensor): ListedTensor {
  return { name, shape, dtype, sizeBytes: end - begin }
}

function countDtypes(tensors: readonly ListedTensor[]) {
  const counts = new Map<string, { dtype: string; count: number; bytes: number }>()
  for (const { dtype, sizeBytes } of tensors) {
    const entry = counts.get(dtype) ?? { dtype, count: 0, bytes: 0 }
    counts.set(dtype, { dtype, count: entry.count + 1, bytes: entry.bytes + sizeBytes })
  }
  return [...counts.values()].sort((a, b) => b.bytes - a.bytes)
}

/**
 * An estimate, from the weights alone. Parts of a checkpoint (text encoders, diffusion model, VAE) run one after
 * another, so the recommended amount holds the largest of them; the minimum streams the weights through two pages, each
 * the largest tensor. On top of both come 1 GiB for activations and 512 MiB for the driver.
 */
function estimateVram(tensors: readonly ListedTensor[], largestTensorBytes: number): VramEstimate {
  const parts = new Map<string, number>()
  for (const { name, sizeBytes } of tensors) {
    const part = partOf(name)
    if (part !== 'training') parts.set(part, (parts.get(part) ?? 0) + sizeBytes)
  }
  const residentWeightsBytes = Math.max(0, ...parts.values())
  const reserved = inferenceReserveBytes + extraReservedBytes
  return {
    estimatedMinimumVramBytes: Math.min(residentWeightsBytes, 2 * largestTensorBytes) + reserved,
    recommendedVramBytes: residentWeightsBytes + reserved,
    residentWeightsBytes,
    fullyResidentWeightsBytes: [...parts.values()].reduce((sum, bytes) => sum + bytes, 0),
    inferenceReserveBytes,
    extraReservedBytes,
    dynamicVramPageBytes: largestTensorBytes,
  }
}

function partOf(name: string): 'text' | 'image' | 'diffusion' | 'training' {
  if (/^model_ema\./.test(name)) return 'training'
  if (/^(cond_stage_model|conditioner|text_encoders?)\b/.test(name)) return 'text'
  if (/^(first_stage_model|vae)\b/.test(name)) return 'image'
  return 'diffusion'
}
