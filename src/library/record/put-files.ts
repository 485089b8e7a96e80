import { basename } from 'node:path/posix'
import { hideTokens } from '../../auth/token-format.ts'
import type { EntryFacts, FileFacts } from '../entry-facts.ts'
import { scanOf } from '../file-scan.ts'
import type { FileIdentity } from '../identity.ts'
import { forgetDropped, recallDropped } from './dropped-files.ts'
import { namedHashes } from './file-hashes.ts'
import { linkImagesNaming } from './image-links.ts'
import { takeId } from './local-ids.ts'
import { loseFiles } from './lose-files.ts'
import { isOneOf, type Recording } from './recording.ts'

/** Where an entry is in the database. */
export interface EntryPlace {
  entryId: number
  folderId: number
  versionId: number
}

/** Adds the files of an entry to its version. A file is known by its SHA-256, so a copy is a second place of it. */
export async function putFiles(recording: Recording, place: EntryPlace, { files }: EntryFacts): Promise<void> {
  if (files.length === 0) return
  const { transaction } = recording
  const paths = files.map(({ file }) => file.path)
  const before = await transaction
    .selectFrom('file_place')
    .select('file_id')
    .where('folder_id', '=', place.folderId)
    .where((row) => isOneOf(recording, row.ref('path'), paths))
    .execute()
  for (const file of files) await putPlace(recording, place, file, await putFile(recording, place, file))
  await loseFiles(
    recording,
    before.map(({ file_id }) => file_id),
  )
}

/** Removes the places of these entries where they have other bytes now, or none: `files` are those that they have. */
export async function dropStalePlaces(
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
  await loseFiles(
    recording,
    stale.map(({ file_id }) => file_id),
  )
}

/** The columns that describe a file. */
export const describedOf = ({ type, format, size, fp, quantType }: FileIdentity) => ({
  ...{ type, format },
  ...{ size: size ?? null, fp: fp ?? null, quant_type: quantType ?? null },
})

async function putFile(recording: Recording, { versionId }: EntryPlace, facts: FileFacts): Promise<number> {
  const { transaction, now } = recording
  const { sha256 } = facts.hashes
  const known = await transaction
    .selectFrom('model_file')
    .select('id')
    .where('version_id', '=', versionId)
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  if (known) return known.id
  const id = await fileId(recording, facts)
  const hashes = namedHashes(facts.hashes)
  await transaction
    .insertInto('model_file')
    .values({
      ...describedOf(facts.identity),
      ...{
        id,
        version_id: versionId,
        name: hideTokens(basename(facts.file.path)),
        sha256,
        hashes: JSON.stringify(hashes),
      },
      ...{ size_bytes: facts.file.sizeBytes, is_primary: 0, created_at: now },
      ...{ ...scanOf(facts.identity), scanned_at: facts.identity.scan?.scannedAt ?? now },
    })
    .execute()
  await transaction
    .insertInto('file_hash')
    .values(Object.entries(hashes).map(([kind, hash]) => ({ hash, kind, file_id: id })))
    .execute()
  await linkImagesNaming(recording, versionId, Object.values(hashes))
  return id
}

/** The id that the site gave the file, or that it had before it left the library; else a new one. */
async function fileId(recording: Recording, { identity, hashes }: FileFacts): Promise<number> {
  const dropped = await recallDropped(recording, hashes.sha256)
  if (dropped) {
    await forgetDropped(recording, hashes.sha256)
    if (identity.id === undefined && (await isFree(recording, dropped.fileId))) return dropped.fileId
  }
  return takeId(recording, 'model_file', identity.id)
}

const isFree = async ({ transaction }: Recording, id: number) =>
  (await transaction.selectFrom('model_file').select('id').where('id', '=', id).executeTakeFirst()) === undefined

async function putPlace(
  recording: Recording,
  { entryId, folderId }: EntryPlace,
  { file }: FileFacts,
  fileId: number,
): Promise<void> {
  const { transaction } = recording
  const there = {
    ...{ entry_id: entryId, file_id: fileId },
    ...{ size_bytes: file.sizeBytes, mtime_ms: file.mtimeMs, inode: file.inode },
  }
  await transaction
    .insertInto('file_place')
    .values({ folder_id: folderId, path: file.path, ...there })
    .onConflict((conflict) => conflict.columns(['folder_id', 'path']).doUpdateSet(there))
    .execute()
  await transaction.deleteFrom('lost_file').where('file_id', '=', fileId).execute()
}
