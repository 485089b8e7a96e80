import { withoutHexPrefix } from '../../catalog/hex-prefix.ts'
import { parseLenientJson } from './lenient-json.ts'

/** What kohya-style trainers write about a training run; texts as they stand in the file. */
export type TrainingFacts = {
  baseModelVersion?: string
  baseModelFile?: string
  outputName?: string
  networkModule?: string
  networkDim?: number
  networkAlpha?: number
  resolution?: string
  imageCount?: number
  epoch?: number
  steps?: number
  comment?: string
  /** Captions of the training images with how often each was used, most frequent first, at most 200. */
  tags: Array<{ tag: string; count: number }>
  /** Twelve upper-case hex digits: the AutoV3 that the trainer computed. */
  autoV3?: string
}

/** Reads the `ss_*` and `sshs_*` keys of a safetensors header; `undefined` when it has none. */
export function readTrainingFacts(metadata: Record<string, string>): TrainingFacts | undefined {
  if (!Object.keys(metadata).some((key) => key.startsWith('ss_') || key.startsWith('sshs_'))) return undefined
  const modelHash = withoutHexPrefix(metadata.sshs_model_hash?.trim() ?? '')
  return {
    ...text('baseModelVersion', metadata.ss_base_model_version),
    ...text('baseModelFile', metadata.ss_sd_model_name),
    ...text('outputName', metadata.ss_output_name),
    ...text('networkModule', metadata.ss_network_module),
    ...number('networkDim', metadata.ss_network_dim),
    ...number('networkAlpha', metadata.ss_network_alpha),
    ...text('resolution', metadata.ss_resolution),
    ...number('imageCount', metadata.ss_num_train_images),
    ...number('epoch', metadata.ss_epoch),
    ...number('steps', metadata.ss_steps),
    ...text('comment', metadata.ss_training_comment),
    tags: readTagFrequency(metadata.ss_tag_frequency),
    ...(/^[0-9a-f]{64}$/i.test(modelHash) ? { autoV3: modelHash.slice(0, 12).toUpperCase() } : {}),
  }
}

const maxTextLength = 10_000
const maxTags = 200
const maxTagCharacters = 16_000_000

function text<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: string } {
  const trimmed = value?.trim().slice(0, maxTextLength)
  if (trimmed === undefined || trimmed === '' || trimmed === 'None') return {}
  return { [key]: trimmed } as { [K in Key]?: string } // a computed key loses its literal type
}

function number<Key extends string>(key: Key, value: string | undefined): { [K in Key]?: number } {
  if (value === undefined || !/^\d{1,15}(\.\d{1,15})?$/.test(value)) return {}
  return { [key]: Number(value) } as { [K in Key]?: number } // as above
}

/** The text is JSON: data set → tag → count. Counts of one tag in several data sets are added. */
function readTagFrequency(json: string | undefined): TrainingFacts['tags'] {
  const counts = new Map<string, number>()
  for (const dataset of objectsIn(parse(json))) {
    for (const [name, count] of Object.entries(dataset)) {
      const tag = name.trim()
      if (tag === '' || tag.length > 500 || typeof count !== 'number' || !Number.isFinite(count)) continue
      counts.set(tag, (counts.get(tag) ?? 0) + count)
    }
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a).slice(0, maxTags)
  return sorted.map(([tag, count]) => ({ tag, count }))
}

function parse(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : parseLenientJson(json, { maxCharacters: maxTagCharacters })
  } catch {
    return undefined
  }
}

function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).filter((child) => typeof child === 'object' && child !== null)
}
