import { basename } from 'node:path'
import type { SidecarKind } from '../library/sidecars/claim.ts'
import { sizeOf } from './add-previews.ts'
import type { SampleModel } from './sample-model.ts'

/** The model file that a sidecar lies beside. */
export interface SampleFile {
  sizeBytes: number
  /** Upper-case hex. */
  sha256: string
}

/** The text of a sidecar, as the tools that write its kind would write it for this model. */
export function sidecarText(kind: SidecarKind, model: SampleModel, file: SampleFile): string {
  const content = writers[kind](model, file)
  return typeof content === 'string' ? `${content}\n` : `${JSON.stringify(content, null, 2)}\n`
}

const writers: Record<SidecarKind, (model: SampleModel, file: SampleFile) => string | object> = {
  'civitai-info': siteVersion,
  'metadata-json': (model, file) => ({
    file_name: basename(model.stem),
    model_name: model.about.name,
    file_path: `${model.stem}.safetensors`,
    size: file.sizeBytes,
    modified: Date.parse(model.about.publishedAt) / 1000,
    sha256: file.sha256.toLowerCase(),
    base_model: model.about.baseModel,
    preview_url: `${model.stem}${model.previews[0]?.suffix}`,
    preview_nsfw_level: model.previews[0]?.level ?? 1,
    notes: model.about.notes ?? '',
    from_civitai: model.about.ids !== undefined,
    civitai: model.about.ids === undefined ? {} : siteVersion(model, file),
    tags: model.about.tags,
    modelDescription: model.about.description,
    civitai_deleted: false,
    favorite: false,
    trainedWords: model.about.trainedWords,
  }),
  'cm-info': ({ stem, about }, { sha256 }) => ({
    ModelId: about.ids?.model,
    ModelName: about.name,
    ModelDescription: about.description,
    Nsfw: false,
    Tags: about.tags,
    ModelType: about.type,
    VersionId: about.ids?.version,
    VersionName: about.version,
    VersionDescription: about.versionDescription,
    AuthorUsername: about.creator,
    BaseModel: about.baseModel,
    RemoteFileName: `${basename(stem)}.safetensors`,
    FileMetadata: { fp: 'fp8', size: 'pruned', format: 'SafeTensor' },
    ImportedAt: about.publishedAt,
    Hashes: { SHA256: sha256 },
    TrainedWords: about.trainedWords,
  }),
  'swarm-json': ({ about }) => ({
    'modelspec.sai_model_spec': '1.0.1',
    'modelspec.architecture': 'stable-diffusion-v1/controlnet',
    'modelspec.title': about.name,
    'modelspec.author': about.creator,
    'modelspec.description': about.description,
    'modelspec.date': about.publishedAt,
    'modelspec.tags': about.tags.join(', '),
    'modelspec.usage_hint': about.notes,
  }),
  'web-ui-json': ({ about }) => ({
    description: about.description,
    'sd version': about.baseModel === 'SD 1.5' ? 'SD1' : 'SDXL',
    'activation text': about.trainedWords.join(', '),
    'preferred weight': about.weight ?? 0,
    'negative text': about.negativePrompt ?? '',
    notes: about.notes ?? '',
  }),
  text: ({ about }) => about.notes ?? about.trainedWords.join(', '),
}

/** A version as `GET /model-versions/by-hash/{hash}` gives it, with the parts of the model that tools add (contract §2). */
function siteVersion({ stem, about, previews }: SampleModel, { sizeBytes, sha256 }: SampleFile): object {
  return {
    id: about.ids?.version,
    modelId: about.ids?.model,
    name: about.version,
    createdAt: about.publishedAt,
    updatedAt: about.publishedAt,
    publishedAt: about.publishedAt,
    status: 'Published',
    trainedWords: about.trainedWords,
    baseModel: about.baseModel,
    description: about.versionDescription ?? null,
    model: {
      name: about.name,
      type: about.type,
      nsfw: false,
      poi: false,
      description: about.description,
      tags: about.tags,
      allowNoCredit: about.credit !== 'required',
      allowCommercialUse: about.commercialUse ?? ['Image', 'RentCivit', 'Rent', 'Sell'],
      allowDerivatives: true,
      allowDifferentLicense: about.credit !== 'required',
    },
    creator: { username: about.creator, image: null },
    files: [
      {
        id: about.ids && about.ids.version + 1000,
        name: `${basename(stem)}.safetensors`,
        type: 'Model',
        sizeKB: sizeBytes / 1024,
        metadata: { format: 'SafeTensor', size: 'pruned', fp: 'fp16' },
        hashes: { SHA256: sha256, AutoV2: sha256.slice(0, 10) },
        primary: true,
      },
    ],
    images: previews.map((preview, index) => ({
      id: about.ids && about.ids.version * 100 + index,
      url: `https://images.example/${basename(stem)}${preview.suffix}`,
      nsfwLevel: preview.level ?? 1,
      ...sizeOf(preview),
      type: 'image',
    })),
  }
}
