import { hash } from 'node:crypto'
import type { ModelFileType, ModelFormat, ModelType } from '../../src/catalog/enums.ts'
import type { FileHashes } from '../../src/library/hashing/digests.ts'
import { filesOf, imagesOf, totalsOf, versionsOf } from './layout.ts'
import { longTail, pickByShare, type Random, seededRandom, zipf } from './random.ts'
import { baseModels, commonTag, creatorCount, creatorName, modelTypes, tagCount, tagName, word } from './vocabulary.ts'

/** What a catalog is generated from. The same values give the same catalog. */
export interface CatalogPlan {
  models: number
  seed: number
  /** Unix milliseconds: nothing in the catalog is younger. */
  until: number
}

/** A generated model, as a sidecar would tell of it. Ids count from 1, times are Unix milliseconds. */
export interface GeneratedModel {
  id: number
  name: string
  type: ModelType
  nsfw: boolean
  description: string
  creatorRank: number
  creator: string
  tagRanks: number[]
  tags: string[]
  downloads: number
  thumbsUp: number
  comments: number
  versions: GeneratedVersion[]
}

export interface GeneratedVersion {
  id: number
  name: string
  baseModel: string
  trainedWords: string[]
  downloads: number
  thumbsUp: number
  publishedAt: number
  files: GeneratedFile[]
  images: GeneratedImage[]
}

export interface GeneratedFile {
  id: number
  name: string
  type: ModelFileType
  format: ModelFormat
  size: 'full' | 'pruned'
  fp: 'fp16' | 'fp32' | 'bf16'
  sizeBytes: number
  hashes: FileHashes
}

export interface GeneratedImage {
  id: number
  type: 'image' | 'video'
  width: number
  height: number
  /** One bit. */
  level: number
  reactions: number
  meta: Record<string, unknown> | undefined
  /** The files that it was made with, by number from 0. */
  madeWith: number[]
}

/** Model `number`, counted from 0. */
export function generateModel(plan: CatalogPlan, number: number): GeneratedModel {
  const random = seededRandom(Math.imul(plan.seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b))
  const { first, count } = versionsOf(number)
  const type = pickByShare(random, modelTypes)
  const nsfw = random() < 0.15
  const creatorRank = Math.floor(creatorCount * random() ** 2.5)
  const tagRanks = [0, ...Array.from({ length: 2 + Math.floor(random() * 5) }, () => zipf(random, tagCount))]
  const distinct = [...new Set(tagRanks)].sort((one, other) => one - other)
  const downloads = longTail(random, 2_000_000)
  const thumbsUp = Math.floor(downloads * random() * 0.2)
  const createdAt = plan.until - Math.floor(spanMs * (1 - (number + random()) / plan.models))
  return {
    id: number + 1,
    name: nameOf(random, number),
    type,
    nsfw,
    description: `<p>A ${type} of ${word(zipf(random, 20_000))}, generated.</p>`,
    creatorRank,
    creator: creatorName(creatorRank),
    tagRanks: distinct,
    tags: distinct.map(tagName),
    downloads,
    thumbsUp,
    comments: longTail(random, 500),
    versions: Array.from({ length: count }, (_, place) =>
      generateVersion({ plan, random, nsfw, createdAt, downloads, thumbsUp }, first + place, place / count),
    ),
  }
}

/** Four years of a catalog's life. */
const spanMs = 4 * 365 * 86_400_000

function nameOf(random: Random, number: number): string {
  const words = [zipf(random, 20_000), zipf(random, 20_000)].map(word)
  return [...words.map((text) => text.charAt(0).toUpperCase() + text.slice(1)), number + 1].join(' ')
}

interface VersionContext {
  plan: CatalogPlan
  random: Random
  nsfw: boolean
  createdAt: number
  downloads: number
  thumbsUp: number
}

function generateVersion(context: VersionContext, number: number, share: number): GeneratedVersion {
  const { plan, random, nsfw, createdAt } = context
  const files = filesOf(number)
  const images = imagesOf(number)
  return {
    id: number + 1,
    name: `v${1 + Math.floor(10 * share)}.0`,
    baseModel: baseModels[zipf(random, baseModels.length)] as string,
    trainedWords: random() < 0.7 ? [word(zipf(random, 20_000))] : [],
    downloads: Math.floor(context.downloads * (1 - share) * 0.5),
    thumbsUp: Math.floor(context.thumbsUp * (1 - share) * 0.5),
    publishedAt: createdAt + Math.floor((plan.until - createdAt) * share * random() ** 2),
    files: Array.from({ length: files.count }, (_, place) => generateFile(plan, random, files.first + place, place)),
    images: Array.from({ length: images.count }, (_, place) =>
      generateImage(plan, random, images.first + place, files.count > 0 ? files.first : undefined, nsfw),
    ),
  }
}

function generateFile(plan: CatalogPlan, random: Random, number: number, place: number): GeneratedFile {
  const format: ModelFormat = pickByShare(random, [
    ['SafeTensor', 0.92],
    ['PickleTensor', 0.05],
    ['GGUF', 0.029],
    ['ONNX', 0.001],
  ])
  const sizeBytes = 20_000 + longTail(random, 7_000_000_000)
  const type = place === 0 ? 'Model' : pickByShare(random, furtherFiles)
  return {
    id: number + 1,
    name: `${word(number)}-${number + 1}.${format === 'SafeTensor' ? 'safetensors' : 'bin'}`,
    type,
    format,
    size: random() < 0.6 ? 'pruned' : 'full',
    fp: pickByShare(random, [
      ['fp16', 0.7],
      ['bf16', 0.15],
      ['fp32', 0.15],
    ]),
    sizeBytes,
    hashes: hashesOfFile(plan, number, { hasWindow: sizeBytes >= 2 * 1024 * 1024, hasHeader: format === 'SafeTensor' }),
  }
}

const furtherFiles: readonly (readonly [ModelFileType, number])[] = [
  ['Model', 0.4],
  ['Pruned Model', 0.2],
  ['VAE', 0.15],
  ['Training Data', 0.15],
  ['Config', 0.1],
]

/** As if the file had been hashed: follows from its number alone, so that images can name it. */
function hashesOfFile(
  { seed }: CatalogPlan,
  number: number,
  { hasWindow, hasHeader }: { hasWindow: boolean; hasHeader: boolean },
): FileHashes {
  const sha256 = sha256OfFile(seed, number)
  const others = hash('sha512', `others ${seed} ${number}`).toUpperCase()
  return {
    sha256,
    ...(hasWindow && { autov1: others.slice(64, 72) }),
    autov2: sha256.slice(0, 10),
    ...(hasHeader && { autov3: others.slice(72, 84) }),
    crc32: others.slice(84, 92),
    blake3: others.slice(0, 64),
  }
}

const sha256OfFile = (seed: number, number: number) => hash('sha256', `file ${seed} ${number}`).toUpperCase()

/** How an image names a file that it was made with. */
export const shortHashOfFile = ({ seed }: CatalogPlan, number: number): string =>
  sha256OfFile(seed, number).slice(0, 10)

function generateImage(
  plan: CatalogPlan,
  random: Random,
  number: number,
  ownFile: number | undefined,
  nsfw: boolean,
): GeneratedImage {
  const told = random() < 0.3
  // Most images of a catalog are made with a few of its files.
  const other = zipf(random, totalsOf(plan.models).files)
  const madeWith = told ? [...new Set(ownFile === undefined ? [other] : [ownFile, other])] : []
  const prompt = `${commonTag}, ${[1, 2, 3, 4].map(() => word(zipf(random, 20_000))).join(', ')}`
  return {
    id: number + 1,
    type: random() < 0.03 ? 'video' : 'image',
    width: random() < 0.5 ? 832 : 1024,
    height: random() < 0.5 ? 1216 : 1024,
    level: pickByShare(random, nsfw ? matureShares : ordinaryShares),
    reactions: longTail(random, 5000),
    meta: told ? { prompt, steps: 30, sampler: 'Euler a', cfgScale: 6, seed: number } : undefined,
    madeWith,
  }
}

const ordinaryShares = [
  [1, 0.82],
  [2, 0.12],
  [4, 0.06],
] as const
const matureShares = [
  [1, 0.2],
  [4, 0.2],
  [8, 0.35],
  [16, 0.25],
] as const
