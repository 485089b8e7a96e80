import { basename } from 'node:path/posix'
import { type Insertable, sql } from 'kysely'
import { redactTokens } from '../../auth/tokens/token-format.ts'
import type { FilePlaceTable } from '../../db/tables/library.ts'
import type { EntryFacts, FileFacts } from '../entries/entry-facts.ts'
import { scanOf } from '../entries/file-scan.ts'
import type { FileIdentity } from '../entries/identity.ts'
import { deleteDroppedIds, findDroppedIds } from './dropped-files.ts'
import { toNamedHashes } from './file-hashes.ts'
import { linkImagesToVersion } from './image-links.ts'
import { allocateId } from './local-ids.ts'
import { markMissing } from './mark-missing.ts'
import { isOneOf, type Recording } from './recording.ts'

/** The ids of an entry, its folder and its version. */
export interface EntryLocation {
  entryId: number
  folderId: number
  versionId: number
}

/** The facts of an entry with its ids. */
export interface LocatedFacts {
  location: EntryLocation
  facts: EntryFacts
}

/** Adds the files of entries to their versions. A version has one file for each SHA-256: a copy is a second place of it. */
export async function upsertFiles(recording: Recording, entries: readonly LocatedFacts[]): Promise<void> {
  const all = entries.flatMap(({ location, facts }) => facts.files.map((file) => ({ location, file })))
  if (all.length === 0) return
  const fileIdOf = await findKnownFiles(recording, all)
  for (const { location, file } of all) {
    const key = fileKey(location.versionId, file.hashes.sha256)
    if (!fileIdOf.has(key)) fileIdOf.set(key, await insertFile(recording, location, file))
  }
  await upsertPlaces(
    recording,
    all.map(({ location: { entryId, folderId, versionId }, file: { file, hashes } }) => ({
      folder_id: folderId,
      path: file.path,
      entry_id: entryId,
      file_id: fileIdOf.get(fileKey(versionId, hashes.sha256)) as number, // each has one now
      size_bytes: file.sizeBytes,
      mtime_ms: file.mtimeMs,
      inode: file.inode,
    })),
  )
}

const fileKey = (versionId: number, sha256: string) => `${versionId} ${sha256}`

/** Returns the ids of the files that already exist, by `fileKey`. Served by the index `model_file_sha256`. */
async function findKnownFiles(
  recording: Recording,
  files: readonly { location: EntryLocation; file: FileFacts }[],
): Promise<Map<string, number>> {
  const rows = await recording.transaction
    .selectFrom('model_file')
    .select(['id', 'version_id', 'sha256'])
    .where((row) => isOneOf(recording, row.ref('sha256'), [...new Set(files.map(({ file }) => file.hashes.sha256))]))
    .execute()
  return new Map(rows.map(({ id, version_id, sha256 }) => [fileKey(version_id, sha256), id]))
}

/** Deletes the places of entries that now have other bytes or none. `entries` has the current files by entry id. */
export async function deleteStalePlaces(
  recording: Recording,
  entries: ReadonlyMap<number, EntryFacts['files']>,
): Promise<void> {
  const { transaction } = recording
  const before = await transaction
    .selectFrom('file_place')
    .innerJoin('model_file', 'model_file.id', 'file_place.file_id')
    .select(['file_place.id', 'file_place.entry_id', 'file_place.path', 'file_place.file_id', 'model_file.sha256'])
    .where((row) => isOneOf(recording, row.ref('file_place.entry_id'), [...entries.keys()]))
    .execute()
  const stale = before.filter(
    ({ entry_id, path, sha256 }) =>
      !entries.get(entry_id)?.some(({ file, hashes }) => file.path === path && hashes.sha256 === sha256),
  )
  if (stale.length === 0) return
  await transaction
    .deleteFrom('file_place')
    .where((row) =>
      isOneOf(
        recording,
        row.ref('id'),
        stale.map(({ id }) => id),
      ),
    )
    .execute()
  await markMissing(
    recording,
    stale.map(({ file_id }) => file_id),
  )
}

/** Returns the descriptive columns of a file. */
export const describedColumns = ({ type, format, size, fp, quantType }: FileIdentity) => ({
  type,
  format,
  size: size ?? null,
  fp: fp ?? null,
  quant_type: quantType ?? null,
})

async function insertFile(recording: Recording, { versionId }: EntryLocation, facts: FileFacts): Promise<number> {
  const { transaction, now } = recording
  const { sha256 } = facts.hashes
  const id = await allocateFileId(recording, facts)
  const hashes = toNamedHashes(facts.hashes)
  await transaction
    .insertInto('model_file')
    .values({
      ...describedColumns(facts.identity),
      id,
      version_id: versionId,
      name: redactTokens(basename(facts.file.path)),
      sha256,
      hashes: JSON.stringify(hashes),
      size_bytes: facts.file.sizeBytes,
      is_primary: 0,
      created_at: now,
      ...scanOf(facts.identity),
      scanned_at: facts.identity.scan?.scannedAt ?? now,
    })
    .execute()
  await transaction
    .insertInto('file_hash')
    .values(Object.entries(hashes).map(([kind, hash]) => ({ hash, kind, file_id: id })))
    .execute()
  await linkImagesToVersion(recording, versionId, Object.values(hashes))
  return id
}

/** Returns the id for a new file: its site id, otherwise the id it had before it was deleted, otherwise a new local id. */
async function allocateFileId(recording: Recording, { identity, hashes }: FileFacts): Promise<number> {
  const dropped = await findDroppedIds(recording, hashes.sha256)
  if (dropped) {
    await deleteDroppedIds(recording, hashes.sha256)
    if (identity.id === undefined && (await isFree(recording, dropped.fileId))) return dropped.fileId
  }
  return allocateId(recording, 'model_file', identity.id)
}

const isFree = async ({ transaction }: Recording, id: number) =>
  (await transaction.selectFrom('model_file').select('id').where('id', '=', id).executeTakeFirst()) === undefined

/** Writes places. Files that were at one of them, and now have no place, are marked as missing. */
async function upsertPlaces(recording: Recording, places: readonly Insertable<FilePlaceTable>[]): Promise<void> {
  const { transaction } = recording
  const { rows: before } = await sql<{ file_id: number }>`
    select file_place.file_id
    from json_each(${JSON.stringify(places.map(({ folder_id, path }) => [folder_id, path]))}) as upserted
    join file_place on file_place.folder_id = upserted.value ->> 0 and file_place.path = upserted.value ->> 1
  `.execute(transaction)
  await sql`
    insert into file_place (folder_id, path, entry_id, file_id, size_bytes, mtime_ms, inode)
    select value ->> 'folder_id', value ->> 'path', value ->> 'entry_id', value ->> 'file_id',
      value ->> 'size_bytes', value ->> 'mtime_ms', value ->> 'inode'
    from json_each(${JSON.stringify(places)}) where true
    on conflict (folder_id, path) do update set entry_id = excluded.entry_id, file_id = excluded.file_id,
      size_bytes = excluded.size_bytes, mtime_ms = excluded.mtime_ms, inode = excluded.inode
  `.execute(transaction)
  const fileIds = [...new Set(places.map(({ file_id }) => file_id))]
  await transaction
    .deleteFrom('lost_file')
    .where((row) => isOneOf(recording, row.ref('file_id'), fileIds))
    .execute()
  await markMissing(
    recording,
    before.map(({ file_id }) => file_id),
  )
}
