import { basename } from 'node:path'
import type { SidecarKind } from '../library/sidecars/claim.ts'
import { sizeOf } from './add-previews.ts'
import type { SampleModel } from './sample-model.ts'

/** The model file that a sidecar describes. */
export interface SampleFile {
  sizeBytes: number
  /** Upper-case hex. */
  sha256: string
}

/** Returns the text of a sidecar for a model, in the format of the tools that write this kind. */
export function sidecarText(kind: SidecarKind, model: SampleModel, file: SampleFile): string {
  const content = writers[kind](model, file)
  return typeof content === 'string' ? `${content}\n` : `${JSON.stringify(content, null, 2)}\n`
}

const writers: Record<SidecarKind, (model: SampleModel, file: SampleFile) => string | object> = {
  'civitai-info': siteVersion,
  'metadata-json': (model, file) => ({
    file_name: basename(model.stem),
    model_name: model.facts.name,
    file_path: `${model.stem}.safetensors`,
    size: file.sizeBytes,
    modified: Date.parse(model.facts.publishedAt) / 1000,
    sha256: file.sha256.toLowerCase(),
    base_model: model.facts.baseModel,
    preview_url: `${model.stem}${model.previews[0]?.suffix}`,
    preview_nsfw_level: model.previews[0]?.level ?? 1,
    notes: model.facts.notes ?? '',
    from_civitai: model.facts.ids !== undefined,
    civitai: model.facts.ids === undefined ? {} : siteVersion(model, file),
    tags: model.facts.tags,
    modelDescription: model.facts.description,
    civitai_deleted: false,
    favorite: false,
    trainedWords: model.facts.trainedWords,
  }),
  'cm-info': ({ stem, facts }, { sha256 }) => ({
    ModelId: facts.ids?.model,
    ModelName: facts.name,
    ModelDescription: facts.description,
    Nsfw: false,
    Tags: facts.tags,
    ModelType: facts.type,
    VersionId: facts.ids?.version,
    VersionName: facts.version,
    VersionDescription: facts.versionDescription,
    AuthorUsername: facts.creator,
    BaseModel: facts.baseModel,
    RemoteFileName: `${basename(stem)}.safetensors`,
    FileMetadata: { fp: 'fp8', size: 'pruned', format: 'SafeTensor' },
    ImportedAt: facts.publishedAt,
    Hashes: { SHA256: sha256 },
    TrainedWords: facts.trainedWords,
  }),
  'swarm-json': ({ facts }) => ({
    'modelspec.sai_model_spec': '1.0.1',
    'modelspec.architecture': 'stable-diffusion-v1/controlnet',
    'modelspec.title': facts.name,
    'modelspec.author': facts.creator,
    'modelspec.description': facts.description,
    'modelspec.date': facts.publishedAt,
    'modelspec.tags': facts.tags.join(', '),
    'modelspec.usage_hint': facts.notes,
  }),
  'web-ui-json': ({ facts }) => ({
    description: facts.description,
    'sd version': facts.baseModel === 'SD 1.5' ? 'SD1' : 'SDXL',
    'activation text': facts.trainedWords.join(', '),
    'preferred weight': facts.weight ?? 0,
    'negative text': facts.negativePrompt ?? '',
    notes: facts.notes ?? '',
  }),
  text: ({ facts }) => facts.notes ?? facts.trainedWords.join(', '),
}

/** Returns a response of `GET /model-versions/by-hash/{hash}` with the model fields that tools add (contract §2). */
function siteVersion({ stem, facts, previews }: SampleModel, { sizeBytes, sha256 }: SampleFile): object {
  return {
    id: facts.ids?.version,
    modelId: facts.ids?.model,
    name: facts.version,
    createdAt: facts.publishedAt,
    updatedAt: facts.publishedAt,
    publishedAt: facts.publishedAt,
    status: 'Published',
    trainedWords: facts.trainedWords,
    baseModel: facts.baseModel,
    description: facts.versionDescription ?? null,
    model: {
      name: facts.name,
      type: facts.type,
      nsfw: false,
      poi: false,
      description: facts.description,
      tags: facts.tags,
      allowNoCredit: facts.credit !== 'required',
      allowCommercialUse: facts.commercialUse ?? ['Image', 'RentCivit', 'Rent', 'Sell'],
      allowDerivatives: true,
      allowDifferentLicense: facts.credit !== 'required',
    },
    creator: { username: facts.creator, image: null },
    files: [
      {
        id: facts.ids && facts.ids.version + 1000,
        name: `${basename(stem)}.safetensors`,
        type: 'Model',
        sizeKB: sizeBytes / 1024,
        metadata: { format: 'SafeTensor', size: 'pruned', fp: 'fp16' },
        hashes: { SHA256: sha256, AutoV2: sha256.slice(0, 10) },
        primary: true,
      },
    ],
    images: previews.map((preview, index) => ({
      id: facts.ids && facts.ids.version * 100 + index,
      url: `https://images.example/${basename(stem)}${preview.suffix}`,
      nsfwLevel: preview.level ?? 1,
      ...sizeOf(preview),
      type: 'image',
    })),
  }
}
