import { storedPng } from './png.ts'
import { draw, type Scene } from './previews/draw.ts'

/** Returns the header metadata of a kohya training run. `tags` maps captions to the number of images that have them. */
export function kohyaMetadata(run: {
  output: string
  baseVersion: string
  trainedOn: string
  resolution: number
  rank: number
  epochs: number
  /** Repetitions of each image in an epoch. */
  repeats: number
  /** ISO 8601. Fixed, so that the file always has the same bytes. */
  startedAt: string
  tags: Record<string, number>
  /** Network module, by default `networks.lora`. */
  module?: string
}): (dataSha256: string) => Record<string, string> {
  const pictures = Math.max(...Object.values(run.tags))
  const images = pictures * run.repeats
  const batches = Math.ceil(images / batchSize)
  const dataset = `${run.repeats}_${run.output}`
  const startedSeconds = Date.parse(run.startedAt) / 1000
  return (dataSha256) => ({
    ss_output_name: run.output,
    ss_base_model_version: run.baseVersion,
    ss_sd_model_name: `${run.trainedOn}.safetensors`,
    ss_network_module: run.module ?? 'networks.lora',
    ss_network_dim: String(run.rank),
    ss_network_alpha: String(run.rank / 2),
    ss_resolution: `(${run.resolution}, ${run.resolution})`,
    ss_num_train_images: String(images),
    ss_num_reg_images: '0',
    ss_num_batches_per_epoch: String(batches),
    ss_total_batch_size: String(batchSize),
    ss_num_epochs: String(run.epochs),
    ss_epoch: String(run.epochs),
    ss_steps: String(batches * run.epochs),
    ss_max_train_steps: String(batches * run.epochs),
    ss_learning_rate: '0.0001',
    ss_unet_lr: '0.0001',
    ss_text_encoder_lr: '5e-05',
    ss_optimizer: 'bitsandbytes.optim.adamw.AdamW8bit',
    ss_lr_scheduler: 'cosine_with_restarts',
    ss_lr_warmup_steps: '0',
    ss_min_snr_gamma: '5.0',
    ss_mixed_precision: 'bf16',
    ss_gradient_checkpointing: 'True',
    ss_cache_latents: 'True',
    ss_seed: '42',
    ss_training_started_at: startedSeconds.toFixed(1),
    ss_training_finished_at: (startedSeconds + batches * run.epochs * secondsPerStep).toFixed(1),
    ss_dataset_dirs: JSON.stringify({ [dataset]: { n_repeats: run.repeats, img_count: pictures } }),
    ss_tag_frequency: JSON.stringify({ [dataset]: run.tags }),
    ss_training_comment: 'Sample content; nothing was trained.',
    sshs_model_hash: dataSha256,
  })
}

const batchSize = 2
const secondsPerStep = 1.5

/** Returns the header metadata of ModelSpec 1.0.1, with a small `thumbnail`. */
export function modelSpecMetadata(
  spec: Record<string, string>,
  thumbnail?: Scene,
): (dataSha256: string) => Record<string, string> {
  return (dataSha256) => {
    const keys = { sai_model_spec: '1.0.1', ...spec, hash_sha256: `0x${dataSha256}`, ...dataUri(thumbnail) }
    return Object.fromEntries(Object.entries(keys).map(([key, value]) => [`modelspec.${key}`, value]))
  }
}

function dataUri(thumbnail: Scene | undefined): { thumbnail?: string } {
  if (thumbnail === undefined) return {}
  const png = storedPng(draw(thumbnail, 192, 264))
  return { thumbnail: `data:image/png;base64,${png.toString('base64')}` }
}
