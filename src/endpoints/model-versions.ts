import { z } from 'zod'
import type { DetailedVersion as DetailedVersionRecord, FileRecord } from '../catalog/models/records.ts'
import { endpoint } from './define.ts'
import { notFound } from './errors.ts'
import { DetailedVersion, presentDetailedVersion } from './model-presentation/detailed-version.ts'
import { shownPrimary } from './model-presentation/file.ts'
import { MiniVersion, presentMiniVersion } from './model-presentation/mini-version.ts'
import { id, integer } from './parameters.ts'

/** 0 is an id that nothing has. */
const versionParams = z.object({ id: integer({ min: 0, max: 2 ** 31 - 1 }) })

export const getModelVersion = endpoint({
  method: 'GET',
  path: '/api/v1/model-versions/:id',
  category: 'mixed',
  scope: 'ModelsRead',
  summary: 'One version of a model',
  params: versionParams,
  reply: DetailedVersion,
  async handle({ params, models, origin }) {
    const version = withFiles(await models.versions.byId(params.id))
    return presentDetailedVersion(version, origin)
  },
})

export const getMiniModelVersion = endpoint({
  method: 'GET',
  path: '/api/v1/model-versions/mini/:id',
  category: 'mixed',
  scope: 'ModelsRead',
  summary: 'The little that a generator needs of a version',
  params: versionParams,
  query: z.object({ modelFileId: id().optional() }),
  reply: MiniVersion,
  async handle({ params, query: { modelFileId }, models, settings, origin }) {
    const version = withFiles(await models.versions.byId(params.id))
    const { files, model } = version
    const byId = modelFileId !== undefined
    const file: FileRecord | undefined = byId
      ? files.find((candidate) => candidate.id === modelFileId)
      : shownPrimary(files, model.type)
    if (!file) throw notFound(`Model file ${modelFileId} not found in version ${params.id}`)
    return presentMiniVersion(version, { file, byId }, { origin, loginOnly: settings.loginOnly })
  },
})

export const getModelVersionByHash = endpoint({
  method: 'GET',
  path: '/api/v1/model-versions/by-hash/:hash',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'The version that holds a file with this hash, of whichever kind',
  params: z.object({ hash: z.string() }),
  reply: DetailedVersion,
  caching: { sharedSeconds: 3600 },
  async handle({ params, models, origin }) {
    const version = withFiles(await models.versions.byHash(params.hash))
    return presentDetailedVersion(version, origin)
  },
})

export const findModelVersionsByHash = endpoint({
  method: 'POST',
  path: '/api/v1/model-versions/by-hash',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'The versions that hold files with these SHA-256 hashes',
  body: sha256List(100),
  reply: z.array(DetailedVersion),
  async handle({ body, models, origin }) {
    const versions = await models.versions.bySha256(body)
    return versions.map((version) => presentDetailedVersion(version, origin))
  },
})

export const findModelVersionIdsByHash = endpoint({
  method: 'POST',
  path: '/api/v1/model-versions/by-hash/ids',
  category: 'public',
  scope: 'ModelsRead',
  summary: 'Only the ids of the versions that hold files with these SHA-256 hashes',
  body: sha256List(10_000),
  reply: z.array(z.object({ modelVersionId: z.int(), modelId: z.int(), hash: z.string() })),
  async handle({ body, models }) {
    const found = await models.versions.idsBySha256(body)
    return found.map(({ modelVersionId, modelId, sha256 }) => ({ modelVersionId, modelId, hash: sha256 }))
  },
})

function sha256List(most: number) {
  const error = `The request body must be an array of at most ${most} SHA256 hashes of 64 hexadecimal digits`
  return z.array(z.string({ error }).regex(/^[0-9a-f]{64}$/i, { error }), { error }).max(most, { error })
}

function withFiles(version: DetailedVersionRecord | undefined): DetailedVersionRecord {
  if (!version) throw notFound('Model not found')
  if (version.files.length === 0) throw notFound('Missing model file')
  return version
}
