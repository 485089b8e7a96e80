import { namesOf } from '../../catalog/base-model-families.ts'
import type { TensorEvidence, TensorFamily } from './tensor-evidence.ts'

/*
 * FLUX.1, FLUX.2 and Hunyuan Video have the same blocks: double ones, then single ones. FLUX.1 and Hunyuan Video are 3072
 * wide, FLUX.2 Klein 4B is too, Klein 9B is 4096 wide and FLUX.2 D 6144. FLUX.2 gates its MLPs, so their layers have other
 * proportions: linear1 of a single block has 9 times the width (FLUX.1: 7), linear2 reads 4 times (FLUX.1: 5).
 */

const flux1 = namesOf(/^(?:Flux\.1 .*|Chroma)$/)
const flux2ByWidth: Record<number, TensorFamily> = {
  3072: { baseModel: 'Flux.2 Klein 4B', allows: namesOf(/^Flux\.2 Klein 4B/) },
  4096: { baseModel: 'Flux.2 Klein 9B', allows: namesOf(/^Flux\.2 Klein 9B/) },
  6144: { baseModel: 'Flux.2 D', allows: ['Flux.2 D'] },
}
const flux2 = namesOf(/^Flux\.2 /)
const hunyuanVideo: TensorFamily = { baseModel: 'Hunyuan Video', allows: ['Hunyuan Video'] }

/** The family of a model or an adapter with double and single blocks, in the names of BFL, kohya, PEFT or diffusers. */
export function fluxFamily(evidence: TensorEvidence): TensorFamily | undefined {
  const { layer, highest, names } = evidence
  const highestSingle = highest(/(?:^|_)single_(?:transformer_)?blocks_(\d+)_/)
  const highestDouble = highest(/(?:^|_)double_blocks_(\d+)_/)
  const isDiffusers =
    layer(/(?:^|_)transformer_blocks_\d+_(?:attn_add_[qkv]_proj|ff_context_|ff_linear_in)/) !== undefined
  if (highestSingle < 0 && highestDouble < 0 && !isDiffusers) return undefined
  if (layer(/(?:^|_)distilled_guidance_layer_/)) return { baseModel: 'Chroma', allows: ['Chroma'] }
  const width = widthOf(evidence)
  const generation = generationOf(evidence)
  if (generation === 2 || (width !== undefined && width !== 3072 && width in flux2ByWidth && generation === undefined))
    return flux2ByWidth[width ?? widthOfCount(highestSingle + 1)] ?? { allows: flux2 }
  if (width !== undefined && width !== 3072) return undefined
  if (
    layer(
      /(?:^|_)(?:double|single)_blocks_\d+_(?:img_mod_linear|txt_mod_linear|modulation_linear|(?:img|txt)_mlp_fc\d)$/,
    )
  )
    return hunyuanVideo
  if (isWholeFlux1(evidence, highestSingle)) {
    const isGuided = names.has(/guidance_in\.|time_text_embed\.guidance_embedder/)
    return { baseModel: isGuided ? 'Flux.1 D' : 'Flux.1 S', allows: namesOf(/^Flux\.1 /) }
  }
  if (width === undefined) return undefined
  // FLUX.1 has 38 single and 19 double blocks, Hunyuan Video 40 and 20, Klein 4B 20 and 5.
  if (highestSingle >= 38 || highestDouble >= 19) return hunyuanVideo
  const modulates = layer(/_blocks_\d+_(?:img_mod|txt_mod|modulation|norm1?)_(?:lin|linear)$/) !== undefined
  const allows = modulates ? namesOf(/^Flux\.1 /) : flux1
  if (generation === 1 || highestSingle >= 20 || highestDouble >= 5) return { baseModel: 'Flux.1 D', allows }
  const others = namesOf(isDiffusers ? /^(?:Flux\.2 Klein 4B|Qwen)/ : /^(?:Flux\.2 Klein 4B|Hunyuan Video$)/)
  return { allows: [...allows, ...others] }
}

function widthOf({ layers }: TensorEvidence): number | undefined {
  for (const { name, input, output } of layers) {
    if (readsWidth.test(name) && input !== undefined) return input
    if (writesWidth.test(name) && output !== undefined) return output
  }
  return undefined
}

const readsWidth =
  /(?:^|_)(?:single_blocks_\d+_(?:linear1|modulation_lin)|double_blocks_\d+_(?:img|txt)_(?:attn_(?:qkv|proj)|mlp_0|mod_lin)|double_blocks_\d+_processor_(?:qkv|proj)_lora[12]|single_blocks_\d+_processor_qkv_lora|single_transformer_blocks_\d+_(?:attn_to_(?:[qkv]|qkv_mlp_proj)|proj_mlp)|transformer_blocks_\d+_(?:attn_(?:to_[qkv]|add_[qkv]_proj|to_out_0|to_add_out)|ff(?:_context)?_(?:net_0_proj|linear_in)))$/
const writesWidth =
  /(?:^|_)(?:single_blocks_\d+_linear2|double_blocks_\d+_(?:img|txt)_(?:attn_proj|mlp_2)|single_transformer_blocks_\d+_(?:proj_out|attn_to_out)|img_in|x_embedder)$/

/** 1 or 2, by names and proportions that only one of them has. */
function generationOf({ layers, layer, names }: TensorEvidence): 1 | 2 | undefined {
  if (names.has(/double_stream_modulation_img|single_stream_modulation/)) return 2
  if (layer(/_(?:attn_to_qkv_mlp_proj|ff(?:_context)?_linear_(?:in|out))$/)) return 2
  if (layer(/single_transformer_blocks_\d+_(?:attn_to_[qkv]|proj_mlp)$|(?:^|_)processor_(?:qkv|proj)_lora/)) return 1
  for (const { name, input, output } of layers) {
    if (input === undefined || output === undefined) continue
    for (const [pattern, ofFirst, ofSecond] of proportions) {
      if (!pattern.test(name)) continue
      if (output === input * ofFirst) return 1
      if (output === input * ofSecond) return 2
    }
  }
  return undefined
}

/** Outputs for each input, in FLUX.1 and in FLUX.2. */
const proportions: readonly (readonly [RegExp, number, number])[] = [
  [/single_blocks_\d+_linear1$/, 7, 9],
  [/single_blocks_\d+_linear2$/, 1 / 5, 1 / 4],
  [/double_blocks_\d+_(?:img|txt)_mlp_0$/, 4, 6],
  [/double_blocks_\d+_(?:img|txt)_mlp_2$/, 1 / 4, 1 / 3],
]

const widthOfCount = (singleBlocks: number): number => ({ 20: 3072, 24: 4096, 48: 6144 })[singleBlocks] ?? 0

/** The model itself: image input of 64 channels into 3072, 38 single blocks. */
function isWholeFlux1({ names: { shape } }: TensorEvidence, highestSingle: number): boolean {
  const input = shape(/^(model\.diffusion_model\.|diffusion_model\.)?(img_in|x_embedder)\.weight$/)
  return input?.[0] === 3072 && (input[1] === undefined || input[1] === 64) && highestSingle === 37
}
