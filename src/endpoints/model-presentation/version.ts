import { z } from 'zod'
import { availabilities, baseModelTypes, type ModelMode } from '../../catalog/enums.ts'
import type { VersionRecord } from '../../catalog/models/records.ts'
import { downloadAddress, ModelFile, presentFile, shownPrimary } from './file.ts'
import { presentImage, VersionImage } from './image.ts'

/** A version within its model (contract §2 GET /models). */
export const Version = z
  .object({
    id: z.int(),
    index: z.int().describe('Its place among the versions of its model, from 0.'),
    name: z.string(),
    baseModel: z.string(),
    baseModelType: z.enum(baseModelTypes).nullable(),
    createdAt: z.iso.datetime(),
    publishedAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    availability: z.enum(availabilities),
    nsfwLevel: z.int().describe('Bits of the levels of its images.'),
    description: z.string().nullable(),
    trainedWords: z.array(z.string()).describe('What a prompt may name.'),
    supportsGeneration: z.boolean(),
    stats: z.object({ downloadCount: z.int(), thumbsUpCount: z.int(), thumbsDownCount: z.int() }),
    files: z.array(ModelFile),
    images: z.array(VersionImage),
    downloadUrl: z.string().optional().describe('Gives the primary file. Absent where there is nothing to download.'),
  })
  .meta({ id: 'ModelVersion', description: 'A version within its model.' })
export type Version = z.infer<typeof Version>

/**
 * A version as its model shows it. What is archived shows no files, what was taken down no images, and neither can be
 * downloaded (site API).
 */
export function presentVersion(
  version: VersionRecord,
  model: { type: string; mode: ModelMode | null },
  { origin, primaryFileOnly }: { origin: string; primaryFileOnly?: boolean | undefined },
): Version {
  const { files } = version
  const isDownloadable = model.mode === null
  const surroundings = { origin, versionId: version.id, modelType: model.type, files, isDownloadable }
  const primary = shownPrimary(files, model.type)
  const shownFiles = model.mode === 'Archived' ? [] : primaryFileOnly && primary ? [primary] : files
  return {
    id: version.id,
    index: version.position,
    ...commonVersionParts(version),
    supportsGeneration: false,
    stats: {
      downloadCount: version.download_count,
      thumbsUpCount: version.thumbs_up_count,
      thumbsDownCount: version.thumbs_down_count,
    },
    files: shownFiles.map((file) => presentFile(file, surroundings, file === primary || undefined)),
    images: model.mode === 'TakenDown' ? [] : version.images.map((image) => presentImage(image, origin)),
    ...(isDownloadable && files.length > 0 && { downloadUrl: downloadAddress(origin, version.id) }),
  }
}

/** What a version shows wherever it stands. */
export const commonVersionParts = (version: Omit<VersionRecord, 'images'>) => ({
  name: version.name,
  baseModel: version.base_model,
  baseModelType: version.base_model_type as Version['baseModelType'],
  createdAt: new Date(version.created_at).toISOString(),
  publishedAt: new Date(version.published_at).toISOString(),
  updatedAt: new Date(version.updated_at).toISOString(),
  availability: version.availability as Version['availability'],
  nsfwLevel: version.nsfw_level,
  description: version.description,
  trainedWords: version.trained_words,
})
