import { isSiteId } from './local-ids.ts'

/** What the choice among a version's files looks at (contract §5). */
export interface FileTraits {
  id: number
  name?: string
  type: string
  format: string | null
  size: string | null
  fp: string | null
  quant_type: string | null
}

/** What somebody would rather have; `modelType` tells which kind of file holds the weights of such a model. */
export interface FilePreference {
  modelType?: string | undefined
  format?: string | undefined
  size?: string | undefined
  fp?: string | undefined
  quantType?: string | undefined
}

export const defaultPreference = { format: 'SafeTensor', size: 'pruned', fp: 'fp16', quantType: 'Q4_K_M' } as const

/**
 * The file with the highest score (contract §5): 1000 for one that holds the model's weights; each trait that is set
 * adds its weight when it is the preferred one and takes it away when it is not. Ties go to the lowest id; of local ids,
 * which follow the order of reading, to the first name.
 */
export function primaryFile<File extends FileTraits>(
  files: readonly File[],
  preference: FilePreference = {},
): File | undefined {
  const score = scoreFor(preference)
  return files.reduce<File | undefined>((best, file) => {
    if (!best) return file
    const lead = score(file) - score(best)
    return lead > 0 || (lead === 0 && comesBefore(file, best)) ? file : best
  }, undefined)
}

function comesBefore(one: FileTraits, other: FileTraits): boolean {
  const [oneName = '', otherName = ''] = [one.name, other.name]
  if (isSiteId(one.id) || isSiteId(other.id) || oneName === otherName) return one.id < other.id
  return oneName < otherName
}

/** Whether a file is what a model of this type is downloaded for, rather than something that comes with it. */
export const holdsWeights = (file: { type: string }, modelType: string | undefined): boolean =>
  weightTypes.has(file.type) || (modelType !== undefined && file.type === ownWeightType[modelType])

const weightTypes = new Set(['Model', 'Pruned Model', 'Diffusion Model', 'UNet'])

/** File types that are the weights of a model of one type only. */
const ownWeightType: Record<string, string> = {
  VAE: 'VAE',
  TextEncoder: 'Text Encoder',
  CLIPVision: 'CLIPVision',
  Controlnet: 'ControlNet',
  Upscaler: 'Upscaler',
}

function scoreFor(preference: FilePreference): (file: FileTraits) => number {
  const format = preference.format ?? defaultPreference.format
  const size = preference.size ?? defaultPreference.size
  const fp = preference.fp ?? defaultPreference.fp
  const quantType = preference.quantType ?? defaultPreference.quantType
  return (file) =>
    (holdsWeights(file, preference.modelType) ? 1000 : 0) +
    points(100, file.format, format) +
    points(10, file.size, size) +
    points(1, file.fp, fp) +
    points(0.5, file.quant_type, quantType)
}

const points = (weight: number, held: string | null, preferred: string): number =>
  held === null ? 0 : held === preferred ? weight : -weight
