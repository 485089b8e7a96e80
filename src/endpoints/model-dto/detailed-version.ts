import { z } from 'zod'
import { airOf } from '../../catalog/air.ts'
import {
  type ModelFileType,
  type ModelType,
  modelModes,
  modelTypes,
  uploadTypes,
  usageControls,
} from '../../catalog/enums.ts'
import type { DetailedVersion as DetailedVersionRecord } from '../../catalog/models/rows.ts'
import { ModelFile } from './file.ts'
import { downloadUrl, shownPrimary, toFileDto } from './file-dto.ts'
import { DetailedVersionImage } from './image.ts'
import { toDetailedImageDto } from './image-dto.ts'
import { Version } from './version.ts'
import { commonVersionParts } from './version-dto.ts'

/** A version that was asked for by itself (contract §2 GET /model-versions/{id}). */
export const DetailedVersion = z
  .object({
    ...Version.omit({ index: true, supportsGeneration: true, stats: true, files: true, images: true }).shape,
    modelId: z.int(),
    status: z.literal('Published'),
    uploadType: z.enum(uploadTypes),
    usageControl: z.enum(usageControls),
    trainingStatus: z.null(),
    trainingDetails: z.null(),
    earlyAccessEndsAt: z.iso.datetime().nullable(),
    earlyAccessConfig: z.record(z.string(), z.unknown()).describe('As the metadata has it; empty where it has none.'),
    air: z.string().describe('The AI resource name of the version.'),
    supportsGeneration: z.boolean(),
    stats: z.object({ downloadCount: z.int(), thumbsUpCount: z.int() }),
    model: z.object({
      name: z.string(),
      type: z.enum(modelTypes),
      nsfw: z.boolean(),
      poi: z.boolean(),
      mode: z.enum(modelModes).optional(),
    }),
    files: z.array(ModelFile.required({ primary: true })),
    images: z.array(DetailedVersionImage),
  })
  .meta({ id: 'DetailedVersion', description: 'A version that was asked for by itself.' })
export type DetailedVersion = z.infer<typeof DetailedVersion>

export function toDetailedVersionDto(version: DetailedVersionRecord, origin: string): DetailedVersion {
  const { model, files } = version
  const isDownloadable = model.mode === null
  const primary = shownPrimary(files, model.type)
  const surroundings = { origin, versionId: version.id, modelType: model.type, files, primary, isDownloadable }
  return {
    id: version.id,
    modelId: version.model_id,
    ...commonVersionParts(version),
    status: 'Published',
    uploadType: version.upload_type as DetailedVersion['uploadType'],
    usageControl: version.usage_control as DetailedVersion['usageControl'],
    trainingStatus: null,
    trainingDetails: null,
    earlyAccessEndsAt: earlyAccessEnd(version),
    earlyAccessConfig: version.early_access_config,
    air: airOfFile(version, { fileType: primary?.type }),
    supportsGeneration: false,
    stats: { downloadCount: version.download_count, thumbsUpCount: version.thumbs_up_count },
    model: {
      name: model.name,
      type: model.type as ModelType,
      nsfw: model.nsfw === 1,
      poi: model.poi === 1,
      ...(model.mode !== null && { mode: model.mode }),
    },
    files: files.map((file) => ({
      ...toFileDto(file, surroundings, undefined),
      primary: file === primary,
    })),
    images: model.mode === 'TakenDown' ? [] : version.images.map((image) => toDetailedImageDto(image, origin)),
    ...(isDownloadable && { downloadUrl: downloadUrl(origin, version.id) }),
  }
}

/** The AIR of a version, or of one of its files. */
export const airOfFile = (
  version: DetailedVersionRecord,
  file: { fileType: string | undefined; fileId?: number | undefined },
): string =>
  airOf({
    baseModel: version.base_model,
    modelType: version.model.type as ModelType,
    modelId: version.model_id,
    versionId: version.id,
    ...(file.fileType !== undefined && { fileType: file.fileType as ModelFileType }),
    ...(file.fileId !== undefined && { fileId: file.fileId }),
  })

/** When the early access that runs ends; null when none does. */
export const earlyAccessEnd = ({ early_access_ends_at: endsAt }: DetailedVersionRecord): string | null =>
  endsAt === null ? null : new Date(endsAt).toISOString()
