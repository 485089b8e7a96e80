import { type BaseModel, baseModels } from './base-models.ts'

/**
 * Which names of base models are more specific than another: the same tensors, named more exactly. `SDXL` is what
 * trainers write for Pony; `Wan Video` is what they write for each of its versions.
 */
const refinements: Record<string, readonly string[]> = {
  'SD 1.5': ['SD 1.4', 'SD 1.5 LCM', 'SD 1.5 Hyper'],
  'SD 2.1': ['SD 2.0', 'SD 2.0 768', 'SD 2.1 768', 'SD 2.1 Unclip'],
  'SDXL 1.0': [
    'SDXL 0.9',
    'SDXL 1.0 LCM',
    'SDXL Lightning',
    'SDXL Hyper',
    'SDXL Turbo',
    'Pony',
    'Illustrious',
    'NoobAI',
  ],
  Illustrious: ['NoobAI'],
  SVD: ['SVD XT'],
  'SD 3': ['SD 3.5', 'SD 3.5 Medium', 'SD 3.5 Large', 'SD 3.5 Large Turbo'],
  'SD 3.5': ['SD 3.5 Medium', 'SD 3.5 Large', 'SD 3.5 Large Turbo'],
  'SD 3.5 Large': ['SD 3.5 Large Turbo'],
  'Flux.1 D': ['Flux.1 S', 'Flux.1 Krea', 'Flux.1 Kontext', 'Chroma'],
  'Flux.2 D': ['Flux.2 Klein 9B', 'Flux.2 Klein 9B-base', 'Flux.2 Klein 4B', 'Flux.2 Klein 4B-base'],
  'Flux.2 Klein 9B': ['Flux.2 Klein 9B-base'],
  'Flux.2 Klein 4B': ['Flux.2 Klein 4B-base'],
  AuraFlow: ['Pony V7'],
  LTXV2: ['LTXV 2.3'],
  'PixArt a': ['PixArt E'],
  ZImageBase: ['ZImageTurbo'],
  'Wan Video': namesOf(/^Wan Video ./),
}

/** Whether `name` is a more specific name for what `coarse` names (Pony of SDXL 1.0). */
export const refinesBaseModel = (name: string, coarse: string): boolean => refinements[coarse]?.includes(name) ?? false

/** The names of base models that a pattern matches. */
export function namesOf(pattern: RegExp): string[] {
  return baseModels.map(({ name }: BaseModel) => name).filter((name) => pattern.test(name))
}
