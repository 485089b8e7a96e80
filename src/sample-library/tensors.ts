import type { SampleTensor } from './model-bytes.ts'

/**
 * The tensors of sample models: few and small, with names and shapes of real models of each kind, so that header readers
 * (`tensor-family.ts`, `tensor-kind.ts` and those of other tools) recognize them.
 */

type Dtype = SampleTensor['dtype']
const tensors = (dtype: Dtype, shapes: Record<string, readonly number[]>): SampleTensor[] =>
  Object.entries(shapes).map(([name, shape]) => ({ name, dtype, shape }))

/** An SDXL checkpoint of more than 2 MiB, so that it has an AutoV1. */
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

/** A Stable Diffusion 1.x checkpoint. */
export const sd15Checkpoint = tensors('F16', {
  'cond_stage_model.transformer.text_model.final_layer_norm.weight': [768],
  'first_stage_model.decoder.conv_in.weight': [64, 4, 3, 3],
  'model.diffusion_model.input_blocks.0.0.bias': [320],
  'model.diffusion_model.input_blocks.0.0.weight': [320, 4, 3, 3],
  'model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight': [320, 768],
  'model.diffusion_model.out.2.weight': [4, 320, 3, 3],
})

/** The diffusion model of Flux.1 without its text encoders, as UIs store it. */
export const fluxModel = tensors('F8_E4M3', {
  'img_in.weight': [3072, 64],
  'txt_in.bias': [3072],
  'guidance_in.in_layer.bias': [3072],
  ...Object.fromEntries(range(19).map((block) => [`double_blocks.${block}.img_attn.norm.key_norm.scale`, [128]])),
  ...Object.fromEntries(range(38).map((block) => [`single_blocks.${block}.norm.key_norm.scale`, [128]])),
  'final_layer.linear.bias': [64],
})

/** Returns a LoRA for the cross-attention of a U-Net. `contextWidth` is the text embedding size: 768 (SD 1.x) or 2048 (SDXL). */
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

/** A LoRA for two blocks of Flux.1. */
export const fluxLora: SampleTensor[] = [
  ...lowRank('lora_unet_double_blocks_0_img_attn_proj', 3072, 3072, 4),
  ...lowRank('lora_unet_single_blocks_0_linear1', 3072, 21_504, 4),
]

/** A LoRA that also adapts 3x3 convolutions (LoCon). */
export const convolutionLora: SampleTensor[] = [
  ...tensors('F16', {
    'lora_unet_down_blocks_0_resnets_0_conv1.alpha': [],
    'lora_unet_down_blocks_0_resnets_0_conv1.lora_down.weight': [8, 320, 3, 3],
    'lora_unet_down_blocks_0_resnets_0_conv1.lora_up.weight': [320, 8, 1, 1],
  }),
  ...lowRank('lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k', 2048, 640, 8),
]

/** A LoRA with the magnitude vectors of weight decomposition (DoRA). */
export const decomposedLora: SampleTensor[] = unetLora(2048, 8).flatMap((tensor) =>
  tensor.name.endsWith('.lora_up.weight')
    ? [tensor, { name: tensor.name.replace('.lora_up.weight', '.dora_scale'), dtype: 'F16', shape: [640, 1] }]
    : [tensor],
)

/** A textual inversion embedding of four vectors for Stable Diffusion 1.x. */
export const embedding = tensors('F32', { emb_params: [4, 768] })

export const vae = tensors('F32', {
  'encoder.conv_in.weight': [128, 3, 3, 3],
  'encoder.conv_out.weight': [8, 128, 3, 3],
  'decoder.conv_in.weight': [128, 4, 3, 3],
  'decoder.mid.block_1.norm1.weight': [128],
  'decoder.conv_out.weight': [3, 128, 3, 3],
})

/** A ControlNet for Stable Diffusion 1.x: a copy of the first half of its U-Net. */
export const sd15Controlnet = tensors('F16', {
  'control_model.input_blocks.0.0.weight': [320, 4, 3, 3],
  'control_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight': [320, 768],
  'control_model.input_hint_block.0.weight': [16, 3, 3, 3],
  'control_model.zero_convs.0.0.weight': [320, 320, 1, 1],
})

/** A 4x upscaler of residual dense blocks. */
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
