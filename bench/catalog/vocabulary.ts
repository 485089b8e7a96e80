import type { ModelType } from '../../src/catalog/enums.ts'

/*
 * What a generated catalog is made of. Of each list the first members are by far the most frequent, as on the site:
 * half of what people publish is LORAs, and a few tags and creators have most of the models.
 */

/** Types with their shares. */
export const modelTypes: readonly (readonly [ModelType, number])[] = [
  ['LORA', 0.62],
  ['Checkpoint', 0.14],
  ['TextualInversion', 0.09],
  ['LoCon', 0.06],
  ['DoRA', 0.02],
  ['VAE', 0.01],
  ['Controlnet', 0.01],
  ['Poses', 0.01],
  ['Workflows', 0.02],
  ['Upscaler', 0.005],
  ['Wildcards', 0.009],
  ['MotionModule', 0.003],
  ['Hypernetwork', 0.002],
  ['AestheticGradient', 0.001],
]

export const baseModels = [
  'Illustrious',
  'SD 1.5',
  'Pony',
  'SDXL 1.0',
  'Flux.1 D',
  'NoobAI',
  'Other',
  'SD 2.1',
  'Wan Video 14B t2v',
  'Hunyuan Video',
  'SD 3.5',
  'SDXL Turbo',
  'Flux.1 S',
  'SD 1.4',
  'SVD',
  'PixArt a',
  'Kolors',
  'AuraFlow',
]

/** Has every model: a word, and a tag, that match the whole catalog. */
export const commonTag = 'model'

export const tagCount = 60_000
export const creatorCount = 60_000
const wordCount = 20_000

/** Word `rank` of the vocabulary, made of syllables: each rank gives another word. */
export function word(rank: number): string {
  let rest = (rank % wordCount) + syllables.length
  let text = ''
  for (; rest > 0; rest = Math.floor(rest / syllables.length)) text += syllables[rest % syllables.length]
  return text
}

export const tagName = (rank: number): string =>
  rank === 0 ? commonTag : rank < wordCount ? word(rank) : `${word(rank)} ${word(rank * 7)} ${rank}`

export const creatorName = (rank: number): string => `${word(rank * 3)}_${rank}`

const syllables = ['ba', 'do', 'fe', 'gi', 'ku', 'la', 'mo', 'ne', 'pi', 'ru', 'sa', 'te', 'vi', 'zo', 'ar', 'el', 'in']
