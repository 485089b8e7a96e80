import type { ModelType } from '../../catalog/enums.ts'
import type { TensorNames } from './tensor-names.ts'

/** What kind of model the tensors make up, by their names and shapes; `undefined` where they do not say. */
export function kindOfTensors(names: TensorNames): ModelType | undefined {
  return kinds.find(([, matches]) => matches(names))?.[0]
}

const adapter =
  /lora_(up|down|A|B|mid)\b|\.lora\.(up|down)\.|_lora\.(up|down)\.|lora_linear_layer|hada_w[12]|lokr_w[12]|oft_(blocks|diag)|dora_scale/
const beyondLora = /hada_w[12]|lokr_w[12]|lora_mid|oft_(blocks|diag)|\.(on_input|glora)/

/** Asked from top to bottom: adapters first, since their names hold those of the model that they adapt. */
const kinds: readonly (readonly [ModelType, (names: TensorNames) => boolean])[] = [
  ['Controlnet', ({ has }) => has(/^lora_controlnet|^(controlnet_blocks|controlnet_single_blocks)\b/)],
  ['DoRA', ({ has }) => has(/dora_scale|lora_magnitude_vector/)],
  [
    'LoCon',
    ({ has, shape }) => has(beyondLora) || isWindow(shape(/lora_down\.weight$/), shape(/conv\d?\.lora_down\.weight$/)),
  ],
  ['LORA', ({ has }) => has(adapter)],
  ['MotionModule', ({ has }) => has(/motion_modules?\./) && !has(/^(model\.diffusion_model|conv_in)\./)],
  [
    'Controlnet',
    ({ has }) =>
      has(
        /^(control_model|controlnet_down_blocks|controlnet_cond_embedding|input_hint_block|zero_convs|controlnet_x_embedder|adapter\.body)\b/,
      ),
  ],
  ['Checkpoint', ({ has }) => has(/^model\.diffusion_model\./)],
  [
    'Checkpoint',
    ({ has }) =>
      has(
        /^(diffusion_model\.|net\.)?(double_blocks|joint_blocks|single_transformer_blocks|transformer_blocks|double_layers|double_stream_blocks|caption_projection)\./,
      ),
  ],
  [
    'Checkpoint',
    ({ has }) =>
      has(/^(input_blocks\.0|down_blocks\.0\.(resnets|attentions)|time_embed\.0|time_embedding\.linear_1)\b/) &&
      has(/^(out\.|output_blocks|up_blocks|conv_out)/),
  ],
  [
    'Checkpoint',
    ({ has }) =>
      has(/^(diffusion_model\.)?blocks\.0\.(self_attn|adaln_modulation)/) ||
      has(/^(net\.|diffusion_model\.)?(cap_embedder|noise_refiner)\./),
  ],
  [
    'VAE',
    ({ has }) =>
      has(
        /^(first_stage_model\.|vae\.)?(decoder\.conv_in|decoder\.mid\.|decoder\.up_blocks|encoder\.conv_in|encoder\.down_blocks|encoder\.downsamples)/,
      ),
  ],
  [
    'TextualInversion',
    ({ has, countOf }) => has(/^(emb_params|clip_[gl]|string_to_param\.\*|<[^>]{1,80}>)$/) && countOf(/^(.*)$/) <= 4,
  ],
  [
    'Upscaler',
    ({ has }) =>
      has(/^(params_ema\.|params\.)?conv_first\.weight$/) &&
      has(/conv_last|conv_up|upsample|HRconv|conv_hr|conv_after_body/),
  ],
  ['Upscaler', ({ has }) => has(/^model\.1\.sub\.\d+\.RDB1\./)],
  ['VisionLanguage', ({ has }) => has(/^(model\.)?visual\./) && has(/embed_tokens\.weight$/)],
  ['CLIP', ({ has }) => has(/vision_model\./) && has(/text_model\./)],
  ['CLIPVision', ({ has }) => has(/^(vision_model|visual)\./)],
  [
    'TextEncoder',
    ({ has }) => has(/^(text_model\.encoder\.|encoder\.block\.0\.layer\.0\.SelfAttention|transformer\.resblocks\.)/),
  ],
  [
    'LLM',
    ({ has }) =>
      has(/^model\.layers\.0\.self_attn\.q_proj\.weight$|^blk\.0\.attn_q\.weight$/) &&
      has(/embed_tokens\.weight$|^token_embd\.weight$/),
  ],
]

/** Whether a low-rank adapter has convolutions with a window over one pixel, which plain LoRAs leave alone. */
function isWindow(...shapes: (readonly number[] | undefined)[]): boolean {
  return shapes.some((shape) => shape?.length === 4 && shape[2] !== undefined && shape[2] > 1)
}
