import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { hashesOf, safetensors } from './model-file.ts'
import { levelPictures, type Picture, reelPictures, tidalPictures } from './pictures.ts'

/** A model file with the sidecar and the pictures beside it. */
interface Entry {
  /** Path without extension, relative to the library folder. */
  stem: string
  bytes: Buffer
  /** Names and numbers as the site's own answer has them (`.civitai.info`); without, the file is all there is. */
  site?: SiteFacts
  pictures?: readonly Picture[]
  /** Further files of the same stem, by extension. */
  beside?: Record<string, Buffer>
}

interface SiteFacts {
  modelId: number
  versionId: number
  model: string
  version?: string
  type: string
  baseModel: string
  publishedAt?: string
  creator?: string
  tags?: string[]
  words?: string[]
  description?: string
  nsfw?: boolean
  file?: { type?: string; size?: string; fp?: string }
  stats?: Record<string, number>
  versionStats?: Record<string, number>
  scan?: Record<string, string>
  earlyAccessConfig?: object
  commercialUse?: string[]
}

/** Model types with a base model each, and how an AIR begins for the two (contract §3). */
export const kinds = [
  ['Checkpoint', 'SD 1.5', 'sd1:checkpoint'],
  ['LORA', 'Pony', 'sdxl:lora'],
  ['LoCon', 'Illustrious', 'sdxl:lycoris'],
  ['DoRA', 'NoobAI', 'sdxl:dora'],
  ['TextualInversion', 'SD 1.4', 'sd1:embedding'],
  ['Hypernetwork', 'SD 2.1', 'sd2:hypernet'],
  ['AestheticGradient', 'SD 1.5', 'sd1:ag'],
  ['VAE', 'Flux.1 D', 'flux1:vae'],
  ['Controlnet', 'SD 3.5', 'sd3:controlnet'],
  ['Upscaler', 'Upscaler', 'other:upscaler'],
  ['MotionModule', 'SDXL 1.0', 'sdxl:motion'],
  ['TextEncoder', 'Flux.1 S', 'flux1:text_encoders'],
  ['UNet', 'Kolors', 'kolors:unet'],
  ['CLIPVision', 'Other', 'other:clipvision'],
  ['CLIP', 'Qwen', 'qwen:clip'],
  ['VisionLanguage', 'HiDream', 'hidream:visionlanguage'],
  ['Wildcards', 'Other', 'other:unknown'],
  ['Poses', 'SD 1.5', 'sd1:unknown'],
] as const

/** Ids of the model and the version that stand for the kind of this number. */
export const idsOfKind = (index: number) => ({ modelId: 730_000 + index, versionId: 740_000 + index })

/** A checkpoint of which everything is known: two versions, files of several precisions, a VAE and a configuration. */
export const tidal = {
  modelId: 710_001,
  versionId: 720_012,
  olderVersionId: 720_011,
  name: 'Tidal Archive',
  creator: 'salt & ö',
  tags: ['base model', 'sea & sky', '50% tide'],
  words: ['tidal light', 'low water'],
  /** Over 2 MiB, so that it has all six hashes. */
  bytes: safetensors('tidal', 1_200_000),
  fullBytes: safetensors('tidal full', 4000),
}
export const tidalHashes = hashesOf(tidal.bytes)

/** A model with a picture of each browsing level. */
export const levels = { modelId: 710_002, versionId: 720_021, bytes: safetensors('levels', 4000) }
/** Nothing of it is for everybody, although its older version has no pictures. Only its versions have counts. */
export const night = {
  modelId: 710_003,
  versionId: 720_031,
  olderVersionId: 720_030,
  bytes: safetensors('night', 2000),
  stats: { downloadCount: 70, thumbsUpCount: 4 },
  scan: {
    pickleScanResult: 'Success',
    pickleScanMessage: 'No Pickle imports',
    virusScanResult: 'Error',
    virusScanMessage: 'the scanner timed out',
    scannedAt: '2025-10-02T03:04:05.000Z',
  },
  earlyAccessConfig: { timeframe: 7, chargeForDownload: false },
  olderStats: { downloadCount: 5, thumbsUpCount: 1, thumbsDownCount: 2 },
}

/** A model with videos, whose sidecar names a post of the site. */
export const reel = { modelId: 710_008, versionId: 720_081, postId: 4_242_424 }

/** One file that three versions hold: the last was published first but for one of the same moment and a lower id. */
export const twins = {
  bytes: safetensors('twins', 3000),
  versionIds: [720_040, 720_043, 720_041],
  firstPublished: 720_041,
}

/** A file whose weights are a bare diffusion model. */
export const bare = { modelId: 710_007, versionId: 720_071, bytes: safetensors('bare', 2000) }

/** A file that nothing but its name and its folder tells of. */
export const lonely = { name: 'mødel – 夜.safetensors', bytes: safetensors('lonely', 2500) }

const harmful =
  '<p onclick="steal()">A <b>long</b> exposure.</p><script>steal()</script><a href="javascript:steal()">more</a><img src=x onerror=steal()>'

const tidalFacts = {
  modelId: tidal.modelId,
  model: tidal.name,
  type: 'Checkpoint',
  baseModel: 'SDXL 1.0',
  creator: tidal.creator,
  tags: tidal.tags,
  description: harmful,
  commercialUse: ['Image', 'Sell'],
  stats: { downloadCount: 900, thumbsUpCount: 40, commentCount: 3 },
} satisfies Partial<SiteFacts>
const tidalNew = {
  ...tidalFacts,
  versionId: tidal.versionId,
  version: 'v2.0',
  words: tidal.words,
  publishedAt: '2026-05-01T12:00:00.000Z',
}

const nightFacts = {
  modelId: night.modelId,
  model: 'Night Only',
  type: 'LORA',
  baseModel: 'SDXL 1.0',
  creator: '007',
  nsfw: true,
} satisfies Partial<SiteFacts>

const entries: Entry[] = [
  {
    stem: 'checkpoints/tidal_v2',
    bytes: tidal.bytes,
    site: { ...tidalNew, file: { size: 'pruned', fp: 'fp16' } },
    pictures: tidalPictures(tidalHashes.AutoV2, hashesOf(levels.bytes).AutoV3),
    beside: { '.vae.safetensors': safetensors('tidal vae', 1000), '.yaml': Buffer.from('model: {}\n') },
  },
  {
    stem: 'checkpoints/tidal_v2_full',
    bytes: tidal.fullBytes,
    site: { ...tidalNew, file: { size: 'full', fp: 'fp32' } },
  },
  {
    stem: 'checkpoints/tidal_v1',
    bytes: safetensors('tidal v1', 3000),
    site: {
      ...tidalFacts,
      versionId: tidal.olderVersionId,
      version: 'v1.0',
      publishedAt: '2025-01-15T08:30:00.000Z',
    },
  },
  {
    stem: 'loras/levels',
    bytes: levels.bytes,
    site: { ...levels, model: 'Five Levels', type: 'LORA', baseModel: 'SDXL 1.0', creator: '007', tags: ['light'] },
    pictures: levelPictures([1, 2, 4, 8, 16]),
  },
  {
    stem: 'loras/night',
    bytes: night.bytes,
    site: {
      ...nightFacts,
      versionId: night.versionId,
      versionStats: night.stats,
      scan: night.scan,
      earlyAccessConfig: night.earlyAccessConfig,
    },
    pictures: levelPictures([8, 16]),
  },
  {
    stem: 'loras/night_before',
    bytes: safetensors('night before', 2000),
    site: {
      ...nightFacts,
      versionId: night.olderVersionId,
      publishedAt: '2025-03-01T00:00:00.000Z',
      versionStats: night.olderStats,
    },
  },
  {
    stem: 'loras/reel',
    bytes: safetensors('reel', 1500),
    site: {
      ...reel,
      model: 'Reel',
      type: 'LORA',
      baseModel: 'SDXL 1.0',
      creator: 'reeler',
      tags: ['base model', 'reel'],
    },
    pictures: reelPictures(reel.postId),
  },
  ...twins.versionIds.map((versionId, index) => ({
    stem: `loras/twin_${index}`,
    bytes: twins.bytes,
    site: {
      modelId: 710_004 + index,
      versionId,
      model: `Twin ${index}`,
      type: 'LORA',
      baseModel: 'SD 1.5',
      creator: 'twice',
      publishedAt: index === 0 ? '2026-02-01T00:00:00.000Z' : '2025-06-01T00:00:00.000Z',
    },
  })),
  {
    stem: 'diffusion_models/bare',
    bytes: bare.bytes,
    site: { ...bare, model: 'Bare', type: 'Checkpoint', baseModel: 'Flux.1 D', file: { type: 'Diffusion Model' } },
  },
  ...kinds.map(([type, baseModel], index) => ({
    stem: `kinds/${type}`,
    bytes: safetensors(type, 1000 + index),
    site: {
      ...idsOfKind(index),
      model: `Kind of ${type}`,
      type,
      baseModel,
      creator: index % 3 === 0 ? '007' : 'twice',
      tags: index % 2 === 0 ? ['light', 'study'] : ['study'],
      stats: { downloadCount: (index % 4) * 10, thumbsUpCount: index % 3, commentCount: index % 2 },
      publishedAt: new Date(Date.UTC(2026, 0, 1 + (index % 9))).toISOString(),
      commercialUse: index % 2 === 0 ? ['None'] : ['Image', 'Rent'],
    },
  })),
  { stem: `embeddings/${lonely.name.replace('.safetensors', '')}`, bytes: lonely.bytes },
]

/** Fills `folder` with the whole library. */
export const makeLibrary = (folder: string): Promise<unknown> =>
  Promise.all(entries.map((entry) => putEntry(folder, entry)))

/** Adds a model to the folder of a hub that runs. The sidecar comes first: the file is the last that was missing. */
export async function putEntry(
  folder: string,
  { stem, bytes, site, pictures = [], beside = {} }: Entry,
): Promise<void> {
  const path = (suffix: string) => join(folder, stem + suffix)
  await mkdir(dirname(path('')), { recursive: true })
  if (site) await writeFile(path('.civitai.info'), JSON.stringify(siteVersion(site, bytes, basename(stem), pictures)))
  for (const picture of pictures) await writeFile(path(picture.suffix), await picture.bytes())
  for (const [suffix, content] of Object.entries(beside)) await writeFile(path(suffix), content)
  await writeFile(path('.safetensors'), bytes)
}

/** What `GET /model-versions/by-hash/{hash}` answers, as tools save it, with the parts of the model that they add. */
function siteVersion(site: SiteFacts, bytes: Buffer, name: string, pictures: readonly Picture[]): object {
  const { type = 'Model', size, fp } = site.file ?? {}
  return {
    id: site.versionId,
    modelId: site.modelId,
    name: site.version ?? 'v1.0',
    baseModel: site.baseModel,
    trainedWords: site.words ?? [],
    stats: site.versionStats,
    earlyAccessConfig: site.earlyAccessConfig,
    publishedAt: site.publishedAt ?? '2025-10-01T00:00:00.000Z',
    model: {
      name: site.model,
      type: site.type,
      nsfw: site.nsfw ?? false,
      poi: false,
      description: site.description ?? null,
      tags: site.tags ?? [],
      stats: site.stats,
      allowCommercialUse: site.commercialUse ?? ['Image'],
    },
    ...(site.creator !== undefined && { creator: { username: site.creator, image: null } }),
    files: [
      {
        name: `${name}.safetensors`,
        type,
        sizeKB: bytes.length / 1024,
        metadata: { format: 'SafeTensor', size, fp },
        hashes: { SHA256: hashesOf(bytes).SHA256 },
        ...site.scan,
        primary: true,
      },
    ],
    images: pictures.map(({ level, width, height, type = 'image', postId }, index) => ({
      id: site.versionId * 100 + index,
      url: `https://images.example/${name}/${index}.png`,
      nsfwLevel: level,
      width,
      height,
      type,
      postId,
    })),
  }
}
