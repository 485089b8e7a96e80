import { basename } from 'node:path/posix'
import { hideTokens } from '../../auth/token-format.ts'
import type { EntryFacts, FileFacts } from '../entry-facts.ts'
import { forgetDropped, recallDropped } from './dropped-files.ts'
import { namedHashes } from './file-hashes.ts'
import { linkImagesNaming } from './image-links.ts'
import { takeId } from './local-ids.ts'
import { loseFiles } from './lose-files.ts'
import { nameFiles } from './name-files.ts'
import type { Recording } from './recording.ts'

/** Where an entry is in the database. */
export interface EntryPlace {
  entryId: number
  folderId: number
  versionId: number
}

/**
 * Makes the entry's files those of its version: a file is known by its SHA-256, so that one that was renamed keeps its
 * id, and a copy is a second place. Files that the entry had before and has no more are lost.
 */
export async function putFiles(recording: Recording, place: EntryPlace, facts: EntryFacts): Promise<void> {
  const { transaction } = recording
  const before = await transaction
    .selectFrom('file_place')
    .select(['id', 'path', 'file_id'])
    .where('entry_id', '=', place.entryId)
    .execute()
  const paths = new Set(facts.files.map(({ file }) => file.path))
  for (const { id, path } of before)
    if (!paths.has(path)) await transaction.deleteFrom('file_place').where('id', '=', id).execute()
  for (const file of facts.files) await putPlace(recording, place, file, await putFile(recording, place, file))
  await loseFiles(
    recording,
    before.map(({ file_id }) => file_id),
  )
  await nameFiles(recording, place.versionId)
}

async function putFile(recording: Recording, { versionId }: EntryPlace, facts: FileFacts): Promise<number> {
  const { transaction, now } = recording
  const { sha256 } = facts.hashes
  const known = await transaction
    .selectFrom('model_file')
    .select('id')
    .where('version_id', '=', versionId)
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  const described = {
    type: facts.identity.type,
    format: facts.identity.format,
    size: facts.identity.size ?? null,
    fp: facts.identity.fp ?? null,
    quant_type: facts.identity.quantType ?? null,
  }
  if (known) {
    await transaction.updateTable('model_file').set(described).where('id', '=', known.id).execute()
    return known.id
  }
  const id = await fileId(recording, facts)
  const hashes = namedHashes(facts.hashes)
  await transaction
    .insertInto('model_file')
    .values({
      ...described,
      ...{
        id,
        version_id: versionId,
        name: hideTokens(basename(facts.file.path)),
        sha256,
        hashes: JSON.stringify(hashes),
      },
      ...{ size_bytes: facts.file.sizeBytes, is_primary: 0, scanned_at: now, created_at: now },
      // Only formats that can carry code are in question, and nothing here looks for viruses.
      pickle_scan_result: facts.identity.format === 'PickleTensor' ? 'Pending' : 'Success',
      virus_scan_result: 'Pending',
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
