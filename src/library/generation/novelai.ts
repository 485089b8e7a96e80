import {
  type Fields,
  isFields,
  knownFields,
  numberOf,
  numberOrDigits,
  otherFields,
  sizeOf,
  textOf,
} from './meta-fields.ts'
import { siteSamplerName } from './sampler-names.ts'

/**
 * Reads what NovelAI writes into the text chunks of a PNG: `Description` is the prompt, `Source` the model, and the JSON
 * in `Comment` has the settings. `undefined` when `comment` is not such JSON.
 */
export function readNovelAi(
  comment: Fields,
  { description, source }: { description?: string | undefined; source?: string | undefined },
): Record<string, unknown> | undefined {
  if (!('uc' in comment || 'v4_prompt' in comment) || !('steps' in comment || 'sampler' in comment)) return undefined
  const sampler = textOf(comment.sampler)
  return knownFields({
    prompt: textOf(comment.prompt) ?? baseCaption(comment.v4_prompt) ?? description,
    negativePrompt: textOf(comment.uc) ?? baseCaption(comment.v4_negative_prompt),
    seed: numberOrDigits(comment.seed),
    steps: numberOf(comment.steps),
    cfgScale: numberOf(comment.scale),
    sampler: sampler === undefined ? undefined : siteSamplerName(sampler, comment.noise_schedule),
    Size: sizeOf(comment.width, comment.height),
    Model: source,
    ...otherFields(comment, ['prompt', 'uc', 'seed', 'steps', 'scale', 'sampler', 'width', 'height', 'signed_hash']),
  })
}

/** Version 4 keeps the prompt of the whole image apart from those of its characters. */
function baseCaption(prompt: unknown): string | undefined {
  const caption = isFields(prompt) ? prompt.caption : undefined
  return isFields(caption) ? textOf(caption.base_caption) : undefined
}
