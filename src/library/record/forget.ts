import { sql } from 'kysely'
import { willChange } from './changing-models.ts'
import { rememberDropped } from './dropped-files.ts'
import { relinkVersion } from './image-links.ts'
import { inherit } from './inherit.ts'
import { leaderOfModel, leaderOfVersion, readAgain } from './leading-entry.ts'
import { loseFiles } from './lose-files.ts'
import { dropImage } from './put-images.ts'
import type { Recording } from './recording.ts'

/**
 * Takes an entry out whose files and sidecars are gone from the disk. Its files are lost until they turn up elsewhere, or
 * {@link dropLostFiles} drops them; its version goes with them, unless somebody still speaks of it.
 */
export async function forgetEntry(recording: Recording, entryId: number): Promise<void> {
  const { transaction } = recording
  const entry = await transaction
    .selectFrom('library_entry')
    .leftJoin('model_version', 'model_version.id', 'library_entry.version_id')
    .select(['library_entry.version_id', 'model_version.model_id'])
    .where('library_entry.id', '=', entryId)
    .executeTakeFirst()
  if (!entry) return
  const places = await transaction.selectFrom('file_place').select('file_id').where('entry_id', '=', entryId).execute()
  await transaction.deleteFrom('file_place').where('entry_id', '=', entryId).execute()
  await loseFiles(
    recording,
    places.map(({ file_id }) => file_id),
  )
  const images = await transaction
    .selectFrom('image')
    .select(['id', 'path', 'folder_id'])
    .where('entry_id', '=', entryId)
    .execute()
  for (const image of images) await dropImage(recording, image)
  await transaction.deleteFrom('library_problem').where('entry_id', '=', entryId).execute()
  await transaction.deleteFrom('library_entry').where('id', '=', entryId).execute()
  if (entry.model_id !== null) await afterLeaving(recording, entry.version_id, entry.model_id)
}

/** Brings a version, and its model, in order after an entry has left it. */
export async function afterLeaving(recording: Recording, versionId: number, modelId: number): Promise<void> {
  await willChange(recording, modelId)
  await dropSilentVersion(recording, versionId)
  await dropEmptyModel(recording, modelId)
  // Others that speak of them may know less: what only the one that left knew must not stay.
  for (const leader of [await leaderOfVersion(recording, versionId), await leaderOfModel(recording, modelId)])
    if (leader !== undefined) await readAgain(recording, leader)
}

/** Brings a model in order after a version has moved from it to another, which takes its place if it was the last. */
export async function afterVersionLeft(recording: Recording, modelId: number, toModelId: number): Promise<void> {
  await willChange(recording, modelId)
  if (!(await hasVersion(recording, modelId))) await inherit(recording, modelId, toModelId)
  await dropEmptyModel(recording, modelId)
  const leader = await leaderOfModel(recording, modelId)
  if (leader !== undefined) await readAgain(recording, leader)
}

/** Drops the files that were lost at `before` (Unix milliseconds) or earlier and have no place still. */
export async function dropLostFiles(recording: Recording, before: number): Promise<number> {
  const { transaction } = recording
  const lost = await transaction
    .selectFrom('lost_file')
    .leftJoin('model_file', 'model_file.id', 'lost_file.file_id')
    .leftJoin('model_version', 'model_version.id', 'model_file.version_id')
    .select(['lost_file.file_id', 'model_file.version_id', 'model_version.model_id'])
    .where('lost_file.lost_at', '<=', before)
    .orderBy('lost_file.file_id')
    .limit(mostAtOnce)
    .execute()
  for (const { file_id, version_id, model_id } of lost) {
    await transaction.deleteFrom('lost_file').where('file_id', '=', file_id).execute()
    if (version_id === null || model_id === null) continue
    await willChange(recording, model_id)
    await rememberDropped(recording, { modelId: model_id, versionId: version_id, fileId: file_id })
    await dropFile(recording, file_id, version_id)
    await dropSilentVersion(recording, version_id)
    await dropEmptyModel(recording, model_id)
  }
  return lost.length
}

/** In one transaction, so that other writers have their turns between. */
const mostAtOnce = 100

/** Takes a file out of the catalog. */
export async function dropFile(recording: Recording, fileId: number, versionId: number): Promise<void> {
  const { transaction } = recording
  await transaction.deleteFrom('file_hash').where('file_id', '=', fileId).execute()
  await transaction.deleteFrom('model_file').where('id', '=', fileId).execute()
  await transaction.deleteFrom('lost_file').where('file_id', '=', fileId).execute()
  await relinkVersion(recording, versionId)
}

/** Drops a version that has no file and of which no sidecar and no edit says anything. */
async function dropSilentVersion({ transaction }: Recording, versionId: number): Promise<void> {
  const version = await transaction
    .selectFrom('model_version')
    .innerJoin('model', 'model.id', 'model_version.model_id')
    .select(sql<number | null>`coalesce(model.edited_at, model_version.edited_at)`.as('editedAt'))
    .where('model_version.id', '=', versionId)
    .where((row) =>
      row.not(
        row.or([
          row.exists(row.selectFrom('library_entry').select('id').whereRef('version_id', '=', 'model_version.id')),
          row.exists(row.selectFrom('model_file').select('id').whereRef('version_id', '=', 'model_version.id')),
        ]),
      ),
    )
    .executeTakeFirst()
  if (version?.editedAt !== null) return
  await transaction.deleteFrom('image_version').where('version_id', '=', versionId).execute()
  await transaction.deleteFrom('model_version').where('id', '=', versionId).execute()
}

/** Drops a model that has no version any more. */
async function dropEmptyModel(recording: Recording, modelId: number): Promise<void> {
  if (await hasVersion(recording, modelId)) return
  const { transaction, engine } = recording
  await transaction.deleteFrom('model_tag').where('model_id', '=', modelId).execute()
  await engine.removeModelText(modelId).execute(transaction)
  await transaction.deleteFrom('model').where('id', '=', modelId).execute()
}

async function hasVersion({ transaction }: Recording, modelId: number): Promise<boolean> {
  const version = await transaction
    .selectFrom('model_version')
    .select('id')
    .where('model_id', '=', modelId)
    .limit(1)
    .executeTakeFirst()
  return version !== undefined
}
