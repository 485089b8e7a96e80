import { namesOf } from '../../catalog/base-model-families.ts'
import type { QuantType } from '../../catalog/enums.ts'
import { quantTypes } from '../../catalog/enums.ts'
import type { TensorFamily } from './tensor-evidence.ts'
import type { ModelHeader } from './tensors.ts'

/** The quantisation that a GGUF file says it has. */
export function ggufQuantType(metadata: Record<string, string>): QuantType | undefined {
  const name = fileTypes[Number(metadata['general.file_type'] ?? Number.NaN)]
  return quantTypes.find((quantType) => quantType === name)
}

/** The family of the architecture that a GGUF file names. */
export function ggufFamily({ format, metadata }: ModelHeader): TensorFamily | undefined {
  return format === 'GGUF' ? architectures.get(metadata['general.architecture'] ?? '') : undefined
}

/** Architectures as ComfyUI-GGUF writes them; several models share `flux` and `lumina2`. */
const architectures = new Map<string, TensorFamily>([
  ['sd1', { baseModel: 'SD 1.5', allows: namesOf(/^SD 1\./) }],
  ['sdxl', { baseModel: 'SDXL 1.0', allows: namesOf(/^(?:SDXL|Pony$|Illustrious$|NoobAI$|Kolors$|Playground v2$)/) }],
  ['sd3', { allows: namesOf(/^SD 3/) }],
  ['flux', { allows: namesOf(/^(?:Flux\.[12] .*|Chroma)$/) }],
  ['aura', { baseModel: 'AuraFlow', allows: namesOf(/^(?:AuraFlow|Pony V7)$/) }],
  ['hyvid', { baseModel: 'Hunyuan Video', allows: ['Hunyuan Video'] }],
  ['wan', { baseModel: 'Wan Video', allows: namesOf(/^Wan Video/) }],
  ['ltxv', { allows: namesOf(/^LTXV/) }],
  ['lumina2', { allows: namesOf(/^(?:Lumina|ZImage.*)$/) }],
  ['qwen_image', { baseModel: 'Qwen', allows: namesOf(/^Qwen/) }],
  ['hidream', { baseModel: 'HiDream', allows: namesOf(/^HiDream/) }],
])

/** The numbers of `general.file_type` (GGUF specification). */
const fileTypes: Record<number, string> = {
  2: 'Q4_0',
  3: 'Q4_1',
  7: 'Q8_0',
  8: 'Q5_0',
  9: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K_S',
  12: 'Q3_K_M',
  13: 'Q3_K_L',
  14: 'Q4_K_S',
  15: 'Q4_K_M',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  18: 'Q6_K',
  19: 'IQ2_XXS',
  20: 'IQ2_XS',
  21: 'Q2_K_S',
  22: 'IQ3_XS',
  23: 'IQ3_XXS',
  24: 'IQ1_S',
  25: 'IQ4_NL',
  26: 'IQ3_S',
  27: 'IQ3_M',
  28: 'IQ2_S',
  29: 'IQ2_M',
  30: 'IQ4_XS',
  31: 'IQ1_M',
  36: 'TQ1_0',
  37: 'TQ2_0',
}
