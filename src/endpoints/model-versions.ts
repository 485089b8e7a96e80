import { z } from 'zod'
import { modelsTag, modelTag } from '../catalog/cache-tags.ts'
import { withoutHexPrefix } from '../catalog/hex-prefix.ts'
import type { DetailedVersion as DetailedVersionRecord, FileRecord } from '../catalog/models/rows.ts'
import { endpoint } from './core/define.ts'
import { type Failure, notFound } from './core/errors.ts'
import { id, integer } from './core/parameters.ts'
import { exampleDetailedVersion, exampleMiniVersion } from './examples/models.ts'
import { DetailedVersion, toDetailedVersionDto } from './model-dto/detailed-version.ts'
import { shownPrimary } from './model-dto/file-dto.ts'
import { MiniVersion, toMiniVersionDto } from './model-dto/mini-version.ts'

const noSuchVersion: Failure[] = [
  { kind: 'notFound', what: 'Model not found' },
  { kind: 'notFound', what: 'Missing model file' },
]
const exampleHash = '499ABC12EEA5DCCC18297EF2EFF36B1E534A5A5A56D05AD1CAEE49836BD6422A'

/** 0 is an id that nothing has. */
const versionParams = z.object({ id: integer({ min: 0, max: 2 ** 31 - 1 }) })

export const getModelVersion = endpoint({
  method: 'GET',
  path: '/api/v1/model-versions/:id',
  category: 'mixed',
  scope: 'ModelsRead',
  summary: 'One version of a model',
  description: 'With its AIR, all of its files (`primary` on each), and its images with how they were made.',
  errors: noSuchVersion,
  example: { params: { id: '900401' }, reply: exampleDetailedVersion },
  params: versionParams,
  reply: DetailedVersion,
  shows: ({ modelId }) => [modelTag(modelId)],
  async handle({ params, models, origin }) {
    const version = withFiles(await models.versions.byId(params.id))
    return toDetailedVersionDto(version, origin)
  },
})

export const getMiniModelVersion = endpoint({
  method: 'GET',
  path: '/api/v1/model-versions/mini/:id',
  category: 'mixed',
  scope: 'ModelsRead',
  summary: 'The little that a generator needs of a version',
  description: 'Of its primary file, or of the one that `modelFileId` names.',
  errors: [...noSuchVersion, { kind: 'notFound', what: 'Model file 1 not found in version 900401' }],
  example: { params: { id: '900401' }, reply: exampleMiniVersion },
  params: versionParams,
  query: z.object({ modelFileId: id().optional().describe('Another file than the primary one.') }),
  reply: MiniVersion,
  async handle({ params, query: { modelFileId }, models, settings, origin }) {
    const version = withFiles(await models.versions.byId(params.id))
    const { files, model } = version
    const byId = modelFileId !== undefined
    const fileId = modelFileId === undefined ? undefined : await models.versions.currentFileId(modelFileId)
    const file: FileRecord | undefined = byId
      ? files.find((candidate) => candidate.id === fileId)
      : shownPrimary(files, model.type)
    if (!file) throw notFound(`Model file ${modelFileId} not found in version ${params.id}`)
    return toMiniVersionDto(version, { file, byId }, { origin, loginOnly: settings.loginOnly })
  },
})

export const getModelVersionByHash = endpoint({
  method: 'GET',
  path: '/api/v1/model-versions/by-hash/:hash',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'The version that holds a file with this hash, of whichever kind',
  description:
    'AutoV1, AutoV2, AutoV3, SHA256, CRC32 or BLAKE3, in any letter case, with or without a leading `0x`. Of several versions with such a file the one that was published first.',
  errors: noSuchVersion,
  example: { params: { hash: '499ABC12EE' }, reply: exampleDetailedVersion },
  params: z.object({ hash: z.string() }),
  reply: DetailedVersion,
  caching: { sharedSeconds: 3600 },
  // Another model may have such a file, and have been published earlier.
  shows: ({ modelId }) => [modelsTag, modelTag(modelId)],
  async handle({ params, models, origin }) {
    const version = withFiles(await models.versions.byHash(params.hash))
    return toDetailedVersionDto(version, origin)
  },
})

export const findModelVersionsByHash = endpoint({
  method: 'POST',
  path: '/api/v1/model-versions/by-hash',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'The versions that hold files with these SHA-256 hashes',
  description: 'At most 100 hashes, with or without a leading `0x`. What no version holds is left out of the answer.',
  errors: [{ kind: 'invalid', text: wrongHashes(100) }],
  example: { body: [exampleHash], reply: [exampleDetailedVersion] },
  body: sha256List(100),
  reply: z.array(DetailedVersion),
  async handle({ body, models, origin }) {
    const versions = await models.versions.bySha256(body)
    return versions.map((version) => toDetailedVersionDto(version, origin))
  },
})

export const findModelVersionIdsByHash = endpoint({
  method: 'POST',
  path: '/api/v1/model-versions/by-hash/ids',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'Only the ids of the versions that hold files with these SHA-256 hashes',
  description:
    'At most 10,000 hashes, with or without a leading `0x`. A pair for each version that holds such a file; what no version holds is left out.',
  errors: [{ kind: 'invalid', text: wrongHashes(10_000) }],
  example: { body: [exampleHash], reply: [{ modelVersionId: 900401, modelId: 900004, hash: exampleHash }] },
  body: sha256List(10_000),
  reply: z.array(z.object({ modelVersionId: z.int(), modelId: z.int(), hash: z.string() })),
  async handle({ body, models }) {
    const found = await models.versions.idsBySha256(body)
    return found.map(({ modelVersionId, modelId, sha256 }) => ({ modelVersionId, modelId, hash: sha256 }))
  },
})

function wrongHashes(most: number): string {
  return `The request body must be an array of at most ${most} SHA256 hashes of 64 hexadecimal digits`
}

function sha256List(most: number) {
  const error = wrongHashes(most)
  const hash = z
    .string({ error })
    .regex(/^(0[xX])?[0-9a-fA-F]{64}$/, { error })
    .transform(withoutHexPrefix)
  return z.array(hash, { error }).max(most, { error })
}

function withFiles(version: DetailedVersionRecord | undefined): DetailedVersionRecord {
  if (!version) throw notFound('Model not found')
  if (version.files.length === 0) throw notFound('Missing model file')
  return version
}
