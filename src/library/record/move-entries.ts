import type { Selectable } from 'kysely'
import type { ModelFileTable } from '../../db/tables/catalog.ts'
import { relinkVersion } from './image-links.ts'
import { allocateLocalId } from './local-ids.ts'
import { mergeDuplicateFiles } from './merge-versions.ts'
import { isOneOf, type Recording } from './recording.ts'

/** An entry with its new version. */
export interface EntryMove {
  entryId: number
  versionId: number
  modelId: number
}

/** Moves entries to other versions, with their images and files. A file that other entries still have is copied. */
export async function moveEntries(recording: Recording, moves: readonly EntryMove[]): Promise<void> {
  if (moves.length === 0) return
  const { transaction } = recording
  for (const [versionId, entries] of Map.groupBy(moves, (entry) => entry.versionId)) {
    const ids = entries.map(({ entryId }) => entryId)
    await transaction
      .updateTable('library_entry')
      .set({ version_id: versionId })
      .where((row) => isOneOf(recording, row.ref('id'), ids))
      .execute()
    await transaction
      .updateTable('image')
      .set({ version_id: versionId, model_id: entries[0]?.modelId ?? null })
      .where((row) => isOneOf(recording, row.ref('entry_id'), ids))
      .execute()
  }
  await moveFiles(
    recording,
    moves.map(({ entryId }) => entryId),
  )
}

async function moveFiles(recording: Recording, entryIds: readonly number[]): Promise<void> {
  const places = await recording.transaction
    .selectFrom('file_place')
    .innerJoin('library_entry', 'library_entry.id', 'file_place.entry_id')
    .innerJoin('model_file', 'model_file.id', 'file_place.file_id')
    .select(['file_place.id', 'model_file.id as fileId', 'library_entry.version_id as toId'])
    .select(['model_file.version_id as fromId', 'model_file.sha256'])
    .where((row) => isOneOf(recording, row.ref('file_place.entry_id'), entryIds))
    .whereRef('model_file.version_id', '<>', 'library_entry.version_id')
    .execute()
  for (const own of Map.groupBy(places, ({ fileId, toId }) => `${fileId} ${toId}`).values()) {
    const [{ fileId, toId, sha256 }] = own as [(typeof own)[number]] // no group is empty
    const ids = own.map(({ id }) => id)
    await moveFile(recording, { fileId, toId, sha256, placeIds: ids })
  }
  const versions = new Set(places.flatMap(({ fromId, toId }) => [fromId, toId]))
  for (const versionId of versions) await relinkVersion(recording, versionId)
}

/** Moves `placeIds` of a file to another version. If the file has other places it stays too, and the target gets a copy. */
async function moveFile(
  recording: Recording,
  { fileId, toId, sha256, placeIds }: { fileId: number; toId: number; sha256: string; placeIds: readonly number[] },
): Promise<void> {
  const { transaction } = recording
  const duplicate = await transaction
    .selectFrom('model_file')
    .select('id')
    .where('version_id', '=', toId)
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  const staying = await transaction
    .selectFrom('file_place')
    .select('id')
    .where('file_id', '=', fileId)
    .where((row) => row.not(isOneOf(recording, row.ref('id'), placeIds)))
    .limit(1)
    .executeTakeFirst()
  if (!staying && duplicate) return mergeDuplicateFiles(recording, fileId, duplicate.id)
  if (!staying) {
    await transaction.updateTable('model_file').set({ version_id: toId }).where('id', '=', fileId).execute()
    return
  }
  const targetId = duplicate?.id ?? (await copyFile(recording, fileId, toId))
  await transaction
    .updateTable('file_place')
    .set({ file_id: targetId })
    .where((row) => isOneOf(recording, row.ref('id'), placeIds))
    .execute()
  await transaction.deleteFrom('lost_file').where('file_id', '=', targetId).execute()
}

async function copyFile(recording: Recording, fileId: number, versionId: number): Promise<number> {
  const { transaction } = recording
  const file: Selectable<ModelFileTable> = await transaction
    .selectFrom('model_file')
    .selectAll()
    .where('id', '=', fileId)
    .executeTakeFirstOrThrow()
  const id = await allocateLocalId(recording, 'model_file')
  await transaction
    .insertInto('model_file')
    .values({ ...file, id, version_id: versionId, is_primary: 0 })
    .execute()
  await transaction
    .insertInto('file_hash')
    .columns(['hash', 'kind', 'file_id'])
    .expression((query) =>
      query
        .selectFrom('file_hash')
        .select((row) => ['hash', 'kind', row.val(id).as('file_id')])
        .where('file_id', '=', fileId),
    )
    .execute()
  return id
}
