import type { BaseModelType } from '../catalog/enums.ts'
import type { TensorNames } from './tensor-names.ts'

/** The family that a model's tensors belong to. A family that cannot be told from its neighbours is not named. */
export type TensorFamily = {
  baseModel: string
  baseModelType?: BaseModelType
  /** Set where descendants of the family have adapters of the very same shapes, so that metadata knows better. */
  shared?: true
}

/** The base model that tensor names and shapes prove, in checkpoints and in adapters; `undefined` where they prove none. */
export function familyOfTensors(names: TensorNames): TensorFamily | undefined {
  for (const [baseModel, matches] of transformers) if (matches(names)) return { baseModel }
  return isFluxAdapter(names) ? { baseModel: 'Flux.1 D', shared: true } : unetFamily(names)
}

type Rule = readonly [baseModel: string, matches: (names: TensorNames) => boolean]

/** Diffusion transformers, told by the names of their blocks in any of the usual spellings (dots or underscores). */
const transformers: readonly Rule[] = [
  [
    'Flux.2 D',
    ({ has, countOf }) =>
      has(/double_stream_modulation_img/) && countOf(/single_(?:transformer_)?blocks[._](\d+)[._]/) === 48,
  ],
  ['Chroma', ({ has }) => has(/distilled_guidance_layer/) && has(/double_blocks/)],
  ['Hunyuan Video', ({ has }) => has(/individual_token_refiner/) && has(/double_blocks/)],
  ['HiDream', ({ has }) => has(/double_stream_blocks[._]\d+[._]/) && has(/single_stream_blocks[._]\d+[._]/)],
  ['AuraFlow', ({ has }) => has(/double_layers[._]\d+[._]/) && has(/single_layers[._]\d+[._]/)],
  ['SD 3.5 Medium', ({ has }) => has(/joint_blocks[._]\d+[._]x_block[._]attn2/)],
  ['SD 3.5 Large', ({ countOf }) => countOf(/joint_blocks[._](\d+)[._]/) === 38],
  ['SD 3', ({ countOf }) => countOf(/joint_blocks[._](\d+)[._]/) === 24],
  ['Qwen', ({ has }) => has(/transformer_blocks[._]\d+[._]img_mlp/) && has(/transformer_blocks[._]\d+[._]txt_mlp/)],
  ['LTXV2', ({ has }) => has(/audio_patchify_proj|transformer_blocks[._]\d+[._]audio_attn/)],
  ['LTXV', ({ has, shape }) => has(/patchify_proj/) && !has(/audio/) && shape(/patchify_proj\.weight$/)?.[1] === 128],
  ['Mochi', ({ has }) => has(/t5_yproj/)],
  ['Anima', ({ has }) => has(/llm_adapter[._]/) && has(/blocks[._]\d+[._](adaln_modulation_)?cross_attn/)],
  ['Wan Video 2.2 TI2V-5B', ({ shape }) => isShape(shape(wanInput), 3072, 48)],
  ['Wan Video 1.3B t2v', ({ has, shape }) => isShape(shape(wanInput), 1536, 16) && !has(/vace_blocks|img_emb/)],
  [
    'Wan Video',
    ({ has }) => has(/blocks[._]\d+[._]self_attn[._][qkvo][._]/) && has(/blocks[._]\d+[._]cross_attn[._][qkvo][._]/),
  ],
  ['Lumina', ({ has, shape }) => has(/noise_refiner[._]/) && shape(/cap_embedder\.1\.weight$/)?.[0] === 2304],
  ['Hunyuan 1', ({ has }) => has(/mlp_t5\./) && has(/blocks\.0\.default_modulation/)],
  ['PixArt a', ({ has }) => has(/y_embedder\.y_embedding/) && has(/csize_embedder/)],
  ['Stable Cascade', ({ has }) => has(/clip_txt_(pooled_)?mapper\.weight$/) || has(/effnet_mapper/)],
  ['Flux.1 S', (names) => isFluxWhole(names) && !names.has(/guidance_in\.|time_text_embed\.guidance_embedder/)],
  ['Flux.1 D', isFluxWhole],
]

const wanInput = /^(model\.diffusion_model\.|diffusion_model\.)?patch_embedding\.weight$/

function isShape(shape: readonly number[] | undefined, first: number, second: number): boolean {
  return shape?.[0] === first && shape[1] === second
}

/** The model itself: image input of 64 channels into 3072, 19 double and 38 single blocks. */
function isFluxWhole({ shape, countOf }: TensorNames): boolean {
  const input = shape(/^(model\.diffusion_model\.|diffusion_model\.)?(img_in|x_embedder)\.weight$/)
  return input?.[0] === 3072 && countOf(fluxSingle) === 38
}

/** An adapter: blocks of both kinds at a width of 3072, none beyond the numbers that Flux.1 has. */
function isFluxAdapter({ has, shape, countOf }: TensorNames): boolean {
  const lora = /(?:single_(?:transformer_)?blocks).*lora_(?:down|A)(?:\.default)?\.weight$/
  const width = shape(
    /single_(?:transformer_)?blocks[._]\d+[._](?:linear1|modulation_lin|attn[._]to_[qkv]).*lora_(?:down|A)(?:\.default)?\.weight$/,
  )?.[1]
  return (
    has(lora) &&
    width === 3072 &&
    countOf(fluxSingle) <= 38 &&
    !has(/single_(?:transformer_)?blocks[._](?:3[89]|4\d)[._]/)
  )
}

const fluxSingle = /single_(?:transformer_)?blocks[._](\d+)[._]/

/** Stable Diffusion's U-Nets: the width of the text that cross-attention reads tells 1.x, 2.x and XL apart. */
function unetFamily(names: TensorNames): TensorFamily | undefined {
  const { has, shape } = names
  if (has(/conditioner\.embedders\.0\.open_clip/) && has(/time_stack/)) return { baseModel: 'SVD' }
  if (has(/^conditioner\.embedders\.1\./)) return standard('SDXL 1.0', shape)
  if (has(/^conditioner\.embedders\.0\.model\./)) return { baseModel: 'SDXL 1.0', baseModelType: 'Refiner' }
  if (has(/^cond_stage_model\.transformer\./)) return standard('SD 1.5', shape)
  if (has(/^cond_stage_model\.model\./)) return standard('SD 2.1', shape)
  const width = contextWidth(names)
  if (width === 1280) return { baseModel: 'SDXL 1.0', baseModelType: 'Refiner' }
  const baseModel = width === undefined ? embeddingFamily(names) : unetByContext[width]
  return baseModel === undefined ? undefined : standard(baseModel, shape)
}

const unetByContext: Record<number, string> = { 768: 'SD 1.5', 1024: 'SD 2.1', 2048: 'SDXL 1.0' }

function contextWidth({ shape }: TensorNames): number | undefined {
  return (
    shape(/attn2\.processor\.to_[kv]_lora\.down\.weight$/)?.[1] ??
    shape(/attn2[._]to_[kv]\.(?:lora_down|lora_A|lora\.down)(?:\.default)?\.weight$/)?.[1] ??
    shape(/attn2[._]to_[kv][._]hada_w1_b$/)?.[1] ??
    shape(/^(?!.*(?:lora|hada|lokr|motion_modules)).*attn2\.to_[kv]\.weight$/)?.[1]
  )
}

function embeddingFamily({ has, shape }: TensorNames): string | undefined {
  if (has(/^lora_te2_text_model/) && !has(/blocks/)) return 'SDXL 1.0'
  if (has(/^clip_g$/) && has(/^clip_l$/)) return 'SDXL 1.0'
  const width = shape(/^(emb_params|string_to_param\.\*|<[^>]{1,80}>)$/)?.at(-1)
  if (width === 768) return 'SD 1.5'
  return width === 1024 ? 'SD 2.1' : undefined
}

/** Input channels: 4 latent ones; 9 with a mask and a masked image; 8 with an image to edit. */
function standard(baseModel: string, shape: TensorNames['shape']): TensorFamily {
  const channels = shape(/^(model\.diffusion_model\.)?(input_blocks\.0\.0|conv_in)\.weight$/)?.[1]
  if (channels === 9) return { baseModel, baseModelType: 'Inpainting' }
  if (channels === 8) return { baseModel, baseModelType: 'Pix2Pix' }
  return channels === 4 ? { baseModel, baseModelType: 'Standard' } : { baseModel }
}
