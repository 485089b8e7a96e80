import { draw, type Scene } from './pictures/draw.ts'
import { storedPng } from './png.ts'

/** What a kohya trainer writes into a header; `tags` are captions with how often each was used. */
export function kohyaMetadata(run: {
  output: string
  baseVersion: string
  trainedOn: string
  resolution: number
  rank: number
  epochs: number
  tags: Record<string, number>
  /** Of the network module, `networks.lora` unless given. */
  module?: string
}): (dataSha256: string) => Record<string, string> {
  const images = Math.max(...Object.values(run.tags))
  return (dataSha256) => ({
    ss_output_name: run.output,
    ss_base_model_version: run.baseVersion,
    ss_sd_model_name: `${run.trainedOn}.safetensors`,
    ss_network_module: run.module ?? 'networks.lora',
    ss_network_dim: String(run.rank),
    ss_network_alpha: String(run.rank / 2),
    ss_resolution: `(${run.resolution}, ${run.resolution})`,
    ss_num_train_images: String(images),
    ss_epoch: String(run.epochs),
    ss_steps: String(images * run.epochs),
    ss_tag_frequency: JSON.stringify({ '1_sample': run.tags }),
    ss_training_comment: 'Sample content; nothing was trained.',
    sshs_model_hash: dataSha256,
  })
}

/** A ModelSpec header, version 1.0.1; with a `thumbnail` drawn small. */
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
