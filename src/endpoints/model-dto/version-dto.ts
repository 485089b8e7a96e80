import type { ModelMode } from '../../catalog/enums.ts'
import type { VersionRecord } from '../../catalog/models/rows.ts'
import { downloadUrl, shownPrimary, toFileDto } from './file-dto.ts'
import { toImageDto } from './image-dto.ts'
import type { Version } from './version.ts'

/**
 * A version as its model shows it. What is archived shows no files, what was taken down no images, and neither can be
 * downloaded (site API).
 */
export function toVersionDto(
  version: VersionRecord,
  model: { type: string; mode: ModelMode | null },
  { origin, primaryFileOnly }: { origin: string; primaryFileOnly?: boolean | undefined },
): Version {
  const { files } = version
  const isDownloadable = model.mode === null
  const primary = shownPrimary(files, model.type)
  const surroundings = { origin, versionId: version.id, modelType: model.type, files, primary, isDownloadable }
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
    files: shownFiles.map((file) => toFileDto(file, surroundings, file === primary || undefined)),
    images: model.mode === 'TakenDown' ? [] : version.images.map((image) => toImageDto(image, origin)),
    ...(isDownloadable && files.length > 0 && { downloadUrl: downloadUrl(origin, version.id) }),
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
  description: version.description ?? '',
  trainedWords: version.trained_words,
})
