import { namesOf } from '../../catalog/base-model-families.ts'
import { fluxFamily } from './flux-family.ts'
import type { TensorEvidence, TensorFamily } from './tensor-evidence.ts'
import type { TensorNames } from './tensor-names.ts'
import { findTransformer } from './transformer-family.ts'

/** The family that tensor names and shapes prove, in checkpoints and in adapters; `undefined` where they prove none. */
export function familyOfTensors(evidence: TensorEvidence): TensorFamily | undefined {
  return findTransformer(evidence) ?? fluxFamily(evidence) ?? unetFamily(evidence)
}

const sd1 = namesOf(/^SD 1\./)
const sd2 = namesOf(/^SD 2\./)
const sdxl = namesOf(/^(?:SDXL|Pony$|Illustrious$|NoobAI$|Kolors$|Playground v2$)/)
const svd = namesOf(/^SVD/)
const unetNames: Record<string, readonly string[]> = { 'SD 1.5': sd1, 'SD 2.1': sd2, 'SDXL 1.0': sdxl }

/** Stable Diffusion's U-Nets: the width of the text that cross-attention reads tells 1.x, 2.x and XL apart. */
function unetFamily(evidence: TensorEvidence): TensorFamily | undefined {
  const { has, shape } = evidence.names
  if (has(/conditioner\.embedders\.0\.open_clip/) && has(/time_stack/)) return { baseModel: 'SVD', allows: svd }
  if (has(/^conditioner\.embedders\.1\./)) return standard('SDXL 1.0', shape)
  if (has(/^conditioner\.embedders\.0\.model\./)) return refiner
  if (has(/^cond_stage_model\.transformer\./)) return standard('SD 1.5', shape)
  if (has(/^cond_stage_model\.model\./)) return standard('SD 2.1', shape)
  const width = evidence.layers.find(({ name, input }) => crossAttention.test(name) && input !== undefined)?.input
  if (width === 1280) return refiner
  const baseModel = width === undefined ? embeddingFamily(evidence.names) : unetByContext[width]
  return baseModel === undefined ? partialUnet(evidence) : standard(baseModel, shape)
}

const refiner: TensorFamily = { baseModel: 'SDXL 1.0', allows: sdxl, baseModelType: 'Refiner' }
const unetByContext: Record<number, string> = { 768: 'SD 1.5', 1024: 'SD 2.1', 2048: 'SDXL 1.0' }

/** Keys and values of cross-attention in a U-Net; those of a transformer are not below a block of a U-Net. */
const crossAttention =
  /^(?!.*motion_modules)(?!(?:base_model_model_|diffusion_model_|lora_unet_|lora_transformer_|lycoris_|transformer_)*transformer_blocks_).*attn2_(?:to_[kv]|processor_to_[kv]_lora)$/

/** An adapter that leaves cross-attention alone: only XL repeats transformer blocks, and has a second text encoder. */
function partialUnet({ layer, names: { has } }: TensorEvidence): TensorFamily | undefined {
  if (!has(/lora|hada|lokr/)) return undefined
  const inUnet = /(?:^|_)(?:down|up|input|output|mid|middle)_blocks?_/
  if (layer(/(?:_blocks?_.*)_transformer_blocks_[1-9]\d?_/) && layer(inUnet))
    return { baseModel: 'SDXL 1.0', allows: sdxl }
  if (layer(/^lora_te2_/)) return { baseModel: 'SDXL 1.0', allows: sdxl }
  return layer(inUnet) ? { allows: [...sd1, ...sd2, ...sdxl, ...svd] } : undefined
}

function embeddingFamily({ has, shape }: TensorNames): string | undefined {
  if (has(/^clip_g$/) && has(/^clip_l$/)) return 'SDXL 1.0'
  const width = shape(/^(emb_params|string_to_param\.\*|<[^>]{1,80}>)$/)?.at(-1)
  if (width === 768) return 'SD 1.5'
  return width === 1024 ? 'SD 2.1' : undefined
}

/** Input channels: 4 latent ones; 9 with a mask and a masked image; 8 with an image to edit. */
function standard(baseModel: string, shape: TensorNames['shape']): TensorFamily {
  const allows = unetNames[baseModel] ?? [baseModel]
  const channels = shape(/^(model\.diffusion_model\.)?(input_blocks\.0\.0|conv_in)\.weight$/)?.[1]
  if (channels === 9) return { baseModel, allows, baseModelType: 'Inpainting' }
  if (channels === 8) return { baseModel, allows, baseModelType: 'Pix2Pix' }
  return channels === 4 ? { baseModel, allows, baseModelType: 'Standard' } : { baseModel, allows }
}
