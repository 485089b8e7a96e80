import { z } from 'zod'
import { availabilities, hashKinds, modelFileTypes, modelFormats } from '../../catalog/enums.ts'
import type { DetailedVersion, FileRecord } from '../../catalog/models/rows.ts'
import { airOfFile, earlyAccessEnd } from './detailed-version.ts'
import { downloadUrl } from './file-dto.ts'

/** The little that a generator needs of a version (contract §2 GET /model-versions/mini/{id}). */
export const MiniVersion = z
  .object({
    air: z.string().describe('The AI resource name, with `+fileId` when the file was asked for by its id.'),
    versionName: z.string(),
    modelName: z.string(),
    baseModel: z.string(),
    availability: z.enum(availabilities),
    publishedAt: z.iso.datetime(),
    size: z.number().describe('Kibibytes.'),
    fileType: z.enum(modelFileTypes),
    fileName: z.string(),
    hashes: z.partialRecord(z.enum(hashKinds), z.string()),
    downloadUrls: z.array(z.string()),
    format: z.enum(modelFormats).optional(),
    canGenerate: z.boolean(),
    requireAuth: z.boolean().describe('Whether a download needs a sign-in.'),
    checkPermission: z.boolean(),
    earlyAccessEndsAt: z.iso.datetime().optional(),
    freeTrialLimit: z.null(),
    additionalResourceCharge: z.boolean(),
    minor: z.boolean(),
    sfwOnly: z.boolean(),
    isFeatured: z.boolean(),
  })
  .meta({ id: 'MiniVersion', description: 'The little that a generator needs of a version.' })
export type MiniVersion = z.infer<typeof MiniVersion>

export function toMiniVersionDto(
  version: DetailedVersion,
  { file, byId }: { file: FileRecord /** The file was asked for by its id. */; byId: boolean },
  { origin, loginOnly }: { origin: string; loginOnly: boolean },
): MiniVersion {
  const { model } = version
  const earlyAccessEndsAt = earlyAccessEnd(version)
  const address = downloadUrl(origin, version.id)
  return {
    air: airOfFile(version, { fileType: file.type, fileId: byId ? file.id : undefined }),
    versionName: version.name,
    modelName: model.name,
    baseModel: version.base_model,
    availability: version.availability as MiniVersion['availability'],
    publishedAt: new Date(version.published_at).toISOString(),
    size: file.size_bytes / 1024,
    fileType: file.type as MiniVersion['fileType'],
    fileName: file.name,
    hashes: file.hashes,
    downloadUrls: model.mode === null ? [byId ? `${address}?fileId=${file.id}` : address] : [],
    ...(file.format !== null && { format: file.format as NonNullable<MiniVersion['format']> }),
    canGenerate: false,
    requireAuth: model.login_only === null ? loginOnly : model.login_only === 1,
    checkPermission: earlyAccessEndsAt !== null,
    ...(earlyAccessEndsAt !== null && { earlyAccessEndsAt }),
    freeTrialLimit: null,
    additionalResourceCharge: false,
    minor: model.minor === 1,
    sfwOnly: model.sfw_only === 1,
    isFeatured: false,
  }
}
