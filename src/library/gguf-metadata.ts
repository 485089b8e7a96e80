import type { QuantType } from '../catalog/enums.ts'
import { quantTypes } from '../catalog/enums.ts'
import type { ModelHeader } from './tensors.ts'

/** The quantisation that a GGUF file says it has. */
export function ggufQuantType(metadata: Record<string, string>): QuantType | undefined {
  const name = fileTypes[Number(metadata['general.file_type'] ?? Number.NaN)]
  return quantTypes.find((quantType) => quantType === name)
}

/** The base model of an architecture that only one base model has. */
export function ggufFamily({ format, metadata }: ModelHeader): { baseModel: string } | undefined {
  const baseModel = format === 'GGUF' ? architectures.get(metadata['general.architecture'] ?? '') : undefined
  return baseModel === undefined ? undefined : { baseModel }
}

const architectures = new Map([
  ['sd1', 'SD 1.5'],
  ['sdxl', 'SDXL 1.0'],
  ['aura', 'AuraFlow'],
  ['hyvid', 'Hunyuan Video'],
  ['wan', 'Wan Video'],
  ['qwen_image', 'Qwen'],
  ['hidream', 'HiDream'],
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
