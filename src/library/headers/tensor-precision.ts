import type { FloatPrecision, ModelFileSize } from '../../catalog/enums.ts'
import type { Tensor } from './tensors.ts'

/** The precision that most of the weights' bytes have; `undefined` for types that the site has no word for. */
export function precisionOfTensors(tensors: readonly Tensor[]): FloatPrecision | undefined {
  if (tensors.some(({ name }) => name.includes('quant_state.bitsandbytes__nf4'))) return 'nf4'
  const bytes = new Map<string, number>()
  for (const { dtype, begin, end } of tensors) bytes.set(dtype, (bytes.get(dtype) ?? 0) + end - begin)
  const [dominant] = [...bytes].reduce((most, entry) => (entry[1] > most[1] ? entry : most), ['', 0])
  const precision = precisions[dominant]
  if (precision !== 'fp8') return precision
  return tensors.some(({ name }) => /(^|\.)(scaled_fp8|scale_weight|weight_scale)$/.test(name)) ? 'fp8_scaled' : 'fp8'
}

/** Whether a Stable Diffusion checkpoint still has the weights that only training needs; for other files there is no answer. */
export function completenessOf(tensors: readonly Tensor[]): ModelFileSize | undefined {
  if (tensors.some(({ name }) => name.startsWith('model_ema.'))) return 'full'
  const whole = (prefix: string) => tensors.some(({ name }) => name.startsWith(prefix))
  return whole('cond_stage_model.') && whole('model.diffusion_model.') ? 'pruned' : undefined
}

const precisions: Record<string, FloatPrecision> = {
  F32: 'fp32',
  F16: 'fp16',
  BF16: 'bf16',
  F8_E4M3: 'fp8',
  F8_E5M2: 'fp8',
  F8_E4M3FNUZ: 'fp8',
  F8_E5M2FNUZ: 'fp8',
  I8: 'int8',
}
