import type { DetailedVersion } from '../model-dto/detailed-version.ts'
import type { ModelFile } from '../model-dto/file.ts'
import type { VersionImage } from '../model-dto/image.ts'
import type { MiniVersion } from '../model-dto/mini-version.ts'
import type { Model } from '../model-dto/model.ts'
import type { Version } from '../model-dto/version.ts'

/*
 * What a hub that serves its sample library answers, of many images only the first.
 */

/** Where such a hub is when nobody says otherwise. */
export const exampleOrigin = 'http://127.0.0.1:3333'
/** What an address of bytes says, and a signature that is none. */
export const exampleGrant = 'AgANwRkAAAACAAAAAWm3D8BaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWg'

const downloadUrl = `${exampleOrigin}/api/download/models/900401`

const file: ModelFile = {
  id: 901401,
  name: 'ink_and_mist-000012.safetensors',
  type: 'Model',
  sizeKB: 171.15625,
  metadata: { format: 'SafeTensor', size: 'pruned', fp: 'fp16' },
  pickleScanResult: 'Success',
  pickleScanMessage: null,
  virusScanResult: 'Pending',
  virusScanMessage: null,
  scannedAt: '2026-03-15T09:26:53.589Z',
  hashes: {
    AutoV2: '499ABC12EE',
    AutoV3: '7736B009B8AF',
    SHA256: '499ABC12EEA5DCCC18297EF2EFF36B1E534A5A5A56D05AD1CAEE49836BD6422A',
    CRC32: 'C6B8C1C6',
    BLAKE3: 'CD104F3BC615172F9EC7D682E40D9066F29B57033118C0BBEE5187FCC397C3EF',
  },
  downloadUrl,
  primary: true,
}

export const exampleImageUrl = `${exampleOrigin}/media/b6ed8abe-0eb7-45e0-847e-fb746eaea496/original=true/90040100.png`

const image: VersionImage = {
  id: 90040100,
  url: exampleImageUrl,
  nsfwLevel: 1,
  width: 512,
  height: 704,
  hash: 'TeH_=8t7IU~qofRj4oWVofD%WBof',
  type: 'image',
  minor: false,
  poi: false,
  hasMeta: true,
  hasPositivePrompt: true,
  onSite: false,
  remixOfId: null,
  metadata: { hash: 'TeH_=8t7IU~qofRj4oWVofD%WBof', size: 108284, width: 512, height: 704 },
}

/** How the image was made, as its file says. */
export const exampleMeta = {
  prompt: 'inkmist, ink wash, mountains in mist <lora:ink_and_mist-000012:0.8>',
  negativePrompt: 'blurry, text, watermark',
  steps: 28,
  sampler: 'DPM++ 2M',
  'Schedule type': 'Karras',
  cfgScale: 5.5,
  seed: 88,
  Size: '512x704',
  'Model hash': '626c5cf2af',
  Model: 'lanternfallXL_v20',
  hashes: { 'lora:ink_and_mist-000012': '7736b009b8af', model: '626c5cf2af' },
  resources: [
    { hash: '626c5cf2af', type: 'model', name: 'lanternfallXL_v20' },
    { hash: '7736b009b8af', type: 'lora', name: 'ink_and_mist-000012', weight: 0.8 },
  ],
}

const common = {
  id: 900401,
  name: 'epoch 12',
  baseModel: 'SDXL 1.0',
  baseModelType: null,
  createdAt: '2026-03-14T15:09:00.000Z',
  publishedAt: '2026-03-14T15:09:00.000Z',
  updatedAt: '2026-03-14T15:09:00.000Z',
  availability: 'Public',
  nsfwLevel: 1,
  description: '',
  trainedWords: ['ink wash', 'inkmist'],
  supportsGeneration: false,
  downloadUrl,
} satisfies Partial<Version>

export const exampleModel: Model = {
  id: 900004,
  name: 'Ink and Mist',
  description: '<p>Brush, water and a lot of empty paper. Strength 0.6 to 0.9.</p>',
  type: 'LORA',
  nsfw: false,
  nsfwLevel: 1,
  availability: 'Public',
  supportsGeneration: false,
  allowNoCredit: false,
  allowCommercialUse: ['Image'],
  allowDerivatives: true,
  allowDifferentLicense: false,
  minor: false,
  poi: false,
  sfwOnly: false,
  cosmetic: null,
  stats: { downloadCount: 0, thumbsUpCount: 0, thumbsDownCount: 0, commentCount: 0, tippedAmountCount: 0 },
  creator: { username: 'sample_inkroom', image: null },
  tags: ['landscape', 'style', 'ink'],
  modelVersions: [
    {
      ...common,
      index: 0,
      stats: { downloadCount: 0, thumbsUpCount: 0, thumbsDownCount: 0 },
      files: [file],
      images: [image],
    },
  ],
}

const { id: _, ...imageWithoutId } = image

export const exampleDetailedVersion: DetailedVersion = {
  ...common,
  modelId: 900004,
  status: 'Published',
  uploadType: 'Created',
  usageControl: 'Download',
  trainingStatus: null,
  trainingDetails: null,
  earlyAccessEndsAt: null,
  earlyAccessConfig: {},
  air: 'urn:air:sdxl:lora:civitai:900004@900401',
  stats: { downloadCount: 0, thumbsUpCount: 0 },
  model: { name: 'Ink and Mist', type: 'LORA', nsfw: false, poi: false },
  files: [{ ...file, primary: true }],
  images: [{ ...imageWithoutId, meta: exampleMeta }],
}

export const exampleMiniVersion: MiniVersion = {
  air: 'urn:air:sdxl:lora:civitai:900004@900401',
  versionName: 'epoch 12',
  modelName: 'Ink and Mist',
  baseModel: 'SDXL 1.0',
  availability: 'Public',
  publishedAt: '2026-03-14T15:09:00.000Z',
  size: file.sizeKB,
  fileType: 'Model',
  fileName: file.name,
  hashes: file.hashes,
  downloadUrls: [downloadUrl],
  format: 'SafeTensor',
  canGenerate: false,
  requireAuth: false,
  checkPermission: false,
  freeTrialLimit: null,
  additionalResourceCharge: false,
  minor: false,
  sfwOnly: false,
  isFeatured: false,
}
