import type { SampleTensor } from './model-bytes.ts'

/**
 * The tensors of sample models: few and small, of names and shapes as real models of each kind have them, so that
 * readers of headers (`tensor-family.ts`, `tensor-kind.ts`, and those of other tools) know them for what they are.
 */

type Dtype = SampleTensor['dtype']
const tensors = (dtype: Dtype, shapes: Record<string, readonly number[]>): SampleTensor[] =>
  Object.entries(shapes).map(([name, shape]) => ({ name, dtype, shape }))

/** A checkpoint of SDXL, over 2 MiB. */
export const sdxlCheckpoint = tensors('F16', {
  'conditioner.embedders.0.transformer.text_model.final_layer_norm.weight': [768],
  'conditioner.embedders.1.model.ln_final.weight': [1280],
  'conditioner.embedders.1.model.text_projection': [1280, 16],
  'first_stage_model.decoder.conv_in.weight': [64, 4, 3, 3],
  'model.diffusion_model.input_blocks.0.0.bias': [320],
  'model.diffusion_model.input_blocks.0.0.weight': [320, 4, 3, 3],
  'model.diffusion_model.input_blocks.4.1.transformer_blocks.0.attn2.to_k.weight': [640, 2048],
  'model.diffusion_model.out.2.weight': [4, 320, 3, 3],
})

/** A checkpoint of Stable Diffusion 1.x. */
export const sd15Checkpoint = tensors('F16', {
  'cond_stage_model.transformer.text_model.final_layer_norm.weight': [768],
  'first_stage_model.decoder.conv_in.weight': [64, 4, 3, 3],
  'model.diffusion_model.input_blocks.0.0.bias': [320],
  'model.diffusion_model.input_blocks.0.0.weight': [320, 4, 3, 3],
  'model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight': [320, 768],
  'model.diffusion_model.out.2.weight': [4, 320, 3, 3],
})

/** The diffusion model of Flux.1 alone, as UIs keep it apart from its text encoders. */
export const fluxModel = tensors('F8_E4M3', {
  'img_in.weight': [3072, 64],
  'txt_in.bias': [3072],
  'guidance_in.in_layer.bias': [3072],
  ...Object.fromEntries(range(19).map((block) => [`double_blocks.${block}.img_attn.norm.key_norm.scale`, [128]])),
  ...Object.fromEntries(range(38).map((block) => [`single_blocks.${block}.norm.key_norm.scale`, [128]])),
  'final_layer.linear.bias': [64],
})

/** An adapter of the cross-attention of a U-Net that reads text `contextWidth` numbers wide: 768 or 2048. */
export function unetLora(contextWidth: 768 | 2048, rank: number): SampleTensor[] {
  const blocks =
    contextWidth === 768
      ? { input_blocks_1_1: 320, output_blocks_11_1: 320 }
      : { input_blocks_4_1: 640, output_blocks_3_1: 640 }
  return Object.entries(blocks).flatMap(([block, width]) =>
    ['to_k', 'to_v'].flatMap((part) =>
      lowRank(`lora_unet_${block}_transformer_blocks_0_attn2_${part}`, contextWidth, width, rank),
    ),
  )
}

/** An adapter of two blocks of Flux.1. */
export const fluxLora: SampleTensor[] = [
  ...lowRank('lora_unet_double_blocks_0_img_attn_proj', 3072, 3072, 4),
  ...lowRank('lora_unet_single_blocks_0_linear1', 3072, 21_504, 4),
]

/** An adapter that reaches convolutions with a window of 3x3 as well. */
export const convolutionLora: SampleTensor[] = [
  ...tensors('F16', {
    'lora_unet_down_blocks_0_resnets_0_conv1.alpha': [],
    'lora_unet_down_blocks_0_resnets_0_conv1.lora_down.weight': [8, 320, 3, 3],
    'lora_unet_down_blocks_0_resnets_0_conv1.lora_up.weight': [320, 8, 1, 1],
  }),
  ...lowRank('lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k', 2048, 640, 8),
]

/** A low-rank adapter with the magnitudes that weight decomposition adds. */
export const decomposedLora: SampleTensor[] = unetLora(2048, 8).flatMap((tensor) =>
  tensor.name.endsWith('.lora_up.weight')
    ? [tensor, { name: tensor.name.replace('.lora_up.weight', '.dora_scale'), dtype: 'F16', shape: [640, 1] }]
    : [tensor],
)

/** Four words of Stable Diffusion 1.x. */
export const embedding = tensors('F32', { emb_params: [4, 768] })

export const vae = tensors('F32', {
  'encoder.conv_in.weight': [128, 3, 3, 3],
  'encoder.conv_out.weight': [8, 128, 3, 3],
  'decoder.conv_in.weight': [128, 4, 3, 3],
  'decoder.mid.block_1.norm1.weight': [128],
  'decoder.conv_out.weight': [3, 128, 3, 3],
})

/** The copy of a U-Net's first half that Stable Diffusion 1.x is controlled by. */
export const sd15Controlnet = tensors('F16', {
  'control_model.input_blocks.0.0.weight': [320, 4, 3, 3],
  'control_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight': [320, 768],
  'control_model.input_hint_block.0.weight': [16, 3, 3, 3],
  'control_model.zero_convs.0.0.weight': [320, 320, 1, 1],
})

/** A network of residual dense blocks, four times as large. */
export const upscaler = tensors('F32', {
  'conv_first.weight': [64, 3, 3, 3],
  'body.0.rdb1.conv1.weight': [32, 64, 3, 3],
  'conv_body.weight': [64, 64, 3, 3],
  'conv_up1.weight': [64, 64, 3, 3],
  'conv_up2.weight': [64, 64, 3, 3],
  'conv_hr.weight': [64, 64, 3, 3],
  'conv_last.weight': [3, 64, 3, 3],
})

function lowRank(name: string, input: number, output: number, rank: number): SampleTensor[] {
  const shapes = { alpha: [], 'lora_down.weight': [rank, input], 'lora_up.weight': [output, rank] }
  return Object.entries(shapes).map(([part, shape]) => ({ name: `${name}.${part}`, dtype: 'F16', shape }))
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
