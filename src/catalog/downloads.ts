import type { Database } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import { type DownloadDenial, type DownloadMarks, downloadDenial } from './download-access.ts'
import { openDownloadCounts } from './download-counts.ts'
import { currentId } from './id-alias.ts'
import { type FileSelectors, selectFile } from './select-file.ts'

/** A file that may be downloaded. */
export interface ChosenFile {
  kind: 'file'
  fileId: number
  versionId: number
  modelId: number
  /** Its own name on the disk. */
  name: string
  sizeBytes: number
  /** Hexadecimal. */
  sha256: string
  format: string | null
  modelType: string
}

/** Which file a download is, who may have it, and how often that happened. `accountId` 0 is an anonymous caller. */
export interface Downloads {
  choose(asked: {
    versionId: number
    selectors: FileSelectors
    accountId: number
  }): Promise<ChosenFile | DownloadDenial>
  /**
   * A file that was chosen earlier, if this account still may have it; none that is gone or banned may, nor what a token
   * was given that is revoked since.
   */
  granted(grant: { fileId: number; accountId: number; tokenId: number }): Promise<ChosenFile | DownloadDenial>
  /** A file whose inside anybody may look at: what some account that is not its creator's may download. */
  inspectable(fileId: number): Promise<ChosenFile | DownloadDenial>
  count(download: { versionId: number; modelId: number }): void
  /** Writes the counts that wait. */
  close(): Promise<void>
}

export function openDownloads({
  database,
  loginOnly,
  onError,
  now = Date.now,
}: {
  database: Database
  /** Whether a sign-in is needed where the model does not say otherwise. */
  loginOnly: boolean
  /** Told when counts could not be written; they are tried again. */
  onError: (error: unknown) => void
  now?: () => number
}): Downloads {
  const queries = prepareQueries(database)
  const counts = openDownloadCounts({ database, now, onError })

  const refusalFor = async (marks: DownloadMarks, accountId: number): Promise<DownloadDenial | undefined> => {
    const account = accountId === 0 ? undefined : await queries.account.first({ accountId })
    if (accountId !== 0 && (!account || account.status === 'banned')) return { kind: 'noAccess' }
    return downloadDenial(marks, account, { loginOnly, now: now() })
  }

  const fileAndVersion = async (fileId: number) => {
    const file = await queries.file.first({ fileId })
    const version = file && (await queries.version.first({ versionId: file.version_id }))
    return version && { file, version }
  }

  return {
    async choose({ versionId, selectors, accountId }) {
      const version = await queries.version.first({ versionId })
      if (!version) return { kind: 'unknown' }
      const refusal = await refusalFor(version, accountId)
      if (refusal) return refusal
      const { fileId } = selectors
      const named = fileId === undefined ? undefined : ((await queries.file.first({ fileId }))?.id ?? fileId)
      const files = await queries.files.all({ versionId })
      const file = selectFile(files, { ...selectors, fileId: named }, version.model_type)
      return file ? chosen(file, version) : { kind: 'unknown' }
    },
    async granted({ fileId, accountId, tokenId }) {
      if (tokenId !== 0 && (await queries.token.first({ tokenId }))?.revoked_at !== null) return { kind: 'noAccess' }
      const found = await fileAndVersion(fileId)
      if (!found) return { kind: 'unknown' }
      return (await refusalFor(found.version, accountId)) ?? chosen(found.file, found.version)
    },
    async inspectable(fileId) {
      const found = await fileAndVersion(fileId)
      if (!found) return { kind: 'unknown' }
      const anyAccount = { id: 0, role: 'user' } as const
      return downloadDenial(found.version, anyAccount, { loginOnly, now: now() }) ?? chosen(found.file, found.version)
    },
    count: counts.add,
    close: counts.close,
  }
}

interface FileRow {
  id: number
  version_id: number
  name: string
  size_bytes: number
  sha256: string
  format: string | null
}

const chosen = (file: FileRow, version: { model_id: number; model_type: string }): ChosenFile => ({
  kind: 'file',
  fileId: file.id,
  versionId: file.version_id,
  modelId: version.model_id,
  name: file.name,
  sizeBytes: file.size_bytes,
  sha256: file.sha256,
  format: file.format,
  modelType: version.model_type,
})

const marks = [
  'model.status as model_status',
  'model_version.status as version_status',
  'model.mode',
  'model.availability as model_availability',
  'model_version.availability as version_availability',
  'model_version.usage_control',
  'model.downloads_disabled',
  'model.login_only',
  'model_version.early_access_ends_at',
  'model.creator_id',
] as const

const fileColumns = [
  'id',
  'version_id',
  'name',
  'type',
  'size_bytes',
  'sha256',
  'format',
  'size',
  'fp',
  'quant_type',
  'is_primary',
] as const

/** All by key, but the files of a version: model_file_version. */
function prepareQueries(database: Database) {
  return {
    version: database.lookup((query, values: BindPlaceholder<{ versionId: number }>) =>
      query
        .selectFrom('model_version')
        .innerJoin('model', 'model.id', 'model_version.model_id')
        .select(marks)
        .select(['model.id as model_id', 'model.type as model_type'])
        .where('model_version.id', '=', currentId('model_version', values('versionId'))),
    ),
    files: database.lookup((query, values: BindPlaceholder<{ versionId: number }>) =>
      query
        .selectFrom('model_file')
        .select(fileColumns)
        .where('version_id', '=', currentId('model_version', values('versionId')))
        .orderBy('id'),
    ),
    file: database.lookup((query, values: BindPlaceholder<{ fileId: number }>) =>
      query
        .selectFrom('model_file')
        .select(fileColumns)
        .where('id', '=', currentId('model_file', values('fileId'))),
    ),
    token: database.lookup((query, values: BindPlaceholder<{ tokenId: number }>) =>
      query.selectFrom('token').select('revoked_at').where('id', '=', values('tokenId')),
    ),
    account: database.lookup((query, values: BindPlaceholder<{ accountId: number }>) =>
      query.selectFrom('account').select(['id', 'role', 'status']).where('id', '=', values('accountId')),
    ),
  }
}
