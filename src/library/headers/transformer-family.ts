import { namesOf } from '../../catalog/base-model-families.ts'
import type { TensorEvidence, TensorFamily } from './tensor-evidence.ts'

/** Diffusion transformers, told by the names and the widths of their blocks in any of the usual spellings; Flux apart. */
export function findTransformer(evidence: TensorEvidence): TensorFamily | undefined {
  for (const [baseModel, matches] of whole)
    if (matches(evidence)) return { baseModel, allows: related[baseModel] ?? [baseModel] }
  for (const family of [stableDiffusion3, qwen, wan, nextDit, ltx]) {
    const found = family(evidence)
    if (found) return found
  }
  return undefined
}

const related: Record<string, readonly string[]> = {
  AuraFlow: namesOf(/^(?:AuraFlow|Pony V7)$/),
  HiDream: namesOf(/^HiDream/),
  LTXV2: namesOf(/^LTXV ?2/),
  'PixArt a': namesOf(/^PixArt/),
  Qwen: namesOf(/^Qwen/),
}

type Rule = readonly [baseModel: string, matches: (evidence: TensorEvidence) => boolean]

const whole: readonly Rule[] = [
  ['Hunyuan Video', ({ names: { has } }) => has(/individual_token_refiner/) && has(/double_blocks/)],
  ['HiDream', ({ names: { has } }) => has(/double_stream_blocks[._]\d+[._]/) && has(/single_stream_blocks[._]\d+[._]/)],
  ['AuraFlow', ({ names: { has } }) => has(/double_layers[._]\d+[._]/) && has(/single_layers[._]\d+[._]/)],
  [
    'Qwen',
    ({ names: { has } }) => has(/transformer_blocks[._]\d+[._]img_mlp/) || has(/transformer_blocks[._]\d+[._]txt_mlp/),
  ],
  ['LTXV2', ({ names: { has } }) => has(/audio_patchify_proj|transformer_blocks[._]\d+[._]audio_attn/)],
  ['Mochi', ({ names: { has } }) => has(/t5_yproj/)],
  ['Anima', ({ names: { has } }) => has(/llm_adapter[._]/) && has(/blocks[._]\d+[._](adaln_modulation_)?cross_attn/)],
  ['Hunyuan 1', ({ names: { has } }) => has(/mlp_t5\./) && has(/blocks\.0\.default_modulation/)],
  ['PixArt a', ({ names: { has } }) => has(/y_embedder\.y_embedding/) && has(/csize_embedder/)],
  ['Stable Cascade', ({ names: { has } }) => has(/clip_txt_(pooled_)?mapper\.weight$/) || has(/effnet_mapper/)],
]

/** SD 3 and 3.5 Medium are 1536 wide with 24 blocks, of which Medium has a second attention in some; Large is 2432 wide with 38. */
function stableDiffusion3({ names, layer, highest }: TensorEvidence): TensorFamily | undefined {
  const joint = highest(/(?:^|_)joint_blocks_(\d+)_/)
  const diffusers = layer(/(?:^|_)transformer_blocks_\d+_attn_(?:to_[qkv]|add_[qkv]_proj)$/)?.input
  const isDiffusers = !names.has(/single_transformer_blocks/) && (diffusers === 1536 || diffusers === 2432)
  if (joint < 0 && !isDiffusers) return undefined
  const width = joint < 0 ? diffusers : layer(/joint_blocks_\d+_(?:x|context)_block_attn_(?:qkv|proj)$/)?.input
  if (names.has(/x_block[._]attn2|transformer_blocks[._]\d+[._]attn2[._]/))
    return { baseModel: 'SD 3.5 Medium', allows: ['SD 3.5', 'SD 3.5 Medium'] }
  if (width === 2432 || joint >= 37) return { baseModel: 'SD 3.5 Large', allows: namesOf(/^SD 3\.5(?: Large.*)?$/) }
  const isAdapter = names.has(/lora|hada|lokr/)
  if (joint === 23 && !isAdapter) return { baseModel: 'SD 3', allows: ['SD 3'] }
  return { allows: width === 1536 ? ['SD 3', 'SD 3.5', 'SD 3.5 Medium'] : namesOf(/^SD 3/) }
}

/** Qwen-Image has 60 blocks of two streams, as diffusers names them, of the same width as FLUX.1, which has 19. */
function qwen({ names, layer, highest }: TensorEvidence): TensorFamily | undefined {
  if (names.has(/single_(?:transformer_)?blocks/)) return undefined
  const width = layer(/(?:^|_)transformer_blocks_\d+_attn_(?:to_[qkv]|add_[qkv]_proj)$/)?.input
  if (width !== 3072 || highest(/(?:^|_)transformer_blocks_(\d+)_attn_/) < 19) return undefined
  return { baseModel: 'Qwen', allows: related.Qwen ?? [] }
}

/** Wan: blocks with self-attention and cross-attention; 1536 wide (1.3B), 3072 (2.2 TI2V 5B) or 5120 (14B). */
function wan({ names: { has, shape }, layer }: TensorEvidence): TensorFamily | undefined {
  const isWan =
    layer(/(?:^|_)blocks_\d+_(?:self_attn|cross_attn)_(?:[qkvo]|k_img|v_img)$/) !== undefined ||
    // The dot tells `transformer.blocks.0` from `transformer_blocks.0`, which other models have.
    has(/(?:^|\.)blocks\.\d+\.attn[12]\.to_(?:[qkv]|out)\b|^lora_unet_blocks_\d+_attn[12]_to_/)
  if (!isWan) return undefined
  const names = namesOf(/^Wan Video/)
  const input = shape(/^(?:model\.diffusion_model\.|diffusion_model\.)?patch_embedding\.weight$/)
  const width =
    input?.[0] ??
    layer(/(?:^|_)blocks_\d+_(?:self_attn_[qkvo]|cross_attn_[qo]|attn1_to_(?:[qkv]|out_0)|attn2_to_q)$/)?.input
  if (width === 3072) return { baseModel: 'Wan Video 2.2 TI2V-5B', allows: ['Wan Video', 'Wan Video 2.2 TI2V-5B'] }
  if (width === 1536) {
    const isPlain = !has(/vace_blocks|img_emb|k_img/) && (input === undefined || input[1] === 16)
    const allows = ['Wan Video', 'Wan Video 1.3B t2v']
    return { baseModel: isPlain ? 'Wan Video 1.3B t2v' : 'Wan Video', allows }
  }
  const large = width === 5120 ? names.filter((name) => !/1\.3B|5B/.test(name)) : names
  // Wan 2.1 reads the image by layers of its own; both read it in 36 input channels.
  if (has(/cross_attn[._]k_img|img_emb|attn2[._]add_k_proj/))
    return { baseModel: 'Wan Video', allows: large.filter((name) => /^Wan Video$|14B i2v/.test(name)) }
  if (input?.[1] === 36) return { baseModel: 'Wan Video', allows: large.filter((name) => !/t2v/i.test(name)) }
  if (input?.[1] === 16) return { baseModel: 'Wan Video', allows: large.filter((name) => !/i2v/i.test(name)) }
  return { baseModel: 'Wan Video', allows: large }
}

/** Lumina 2 is 2304 wide, Z-Image 3840. No tensors tell its base and turbo models apart. */
function nextDit({ names: { has, shape }, layer }: TensorEvidence): TensorFamily | undefined {
  const block =
    layer(/(?:^|_)(?:layers|noise_refiner|context_refiner)_\d+_attention_(?:to_[qkv]|qkv|out|to_out_0)$/) ??
    layer(/(?:^|_)(?:layers|noise_refiner|context_refiner)_\d+_feed_forward_w[13]$/)
  const caption = has(/noise_refiner[._]/) ? shape(/cap_embedder\.1\.weight$/)?.[0] : undefined
  const width = block?.input ?? caption
  if (width === 3840) return { allows: namesOf(/^ZImage/) }
  return width === 2304 ? { baseModel: 'Lumina', allows: ['Lumina'] } : undefined
}

/** LTX-Video: 2048 wide, or 4096 in later versions; its blocks stand at the top level, unlike those of a U-Net. */
function ltx({ names: { has, shape }, layer }: TensorEvidence): TensorFamily | undefined {
  if (has(/patchify_proj/) && !has(/audio/) && shape(/patchify_proj\.weight$/)?.[1] === 128)
    return { baseModel: 'LTXV', allows: ['LTXV'] }
  const block =
    /^(?:base_model_model_|model_|diffusion_model_|lora_unet_|lora_transformer_|lycoris_|transformer_)*transformer_blocks_\d+_attn[12]_to_[qkv]$/
  const width = layer(block)?.input
  if (width === 2048) return { baseModel: 'LTXV', allows: ['LTXV'] }
  return width === 4096 ? { allows: namesOf(/^LTXV/) } : undefined
}
