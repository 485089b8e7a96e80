import { sql } from 'kysely'
import { addAlias } from './aliases.ts'
import { relinkVersion } from './image-links.ts'
import type { Recording } from './recording.ts'

/**
 * Merges version `fromId` into `toId`: files, entries, images, vault items and downloads counted by this hub move. The facts
 * of `toId` stay. `fromId` resolves to `toId` afterwards.
 */
export async function mergeVersions(recording: Recording, fromId: number, toId: number): Promise<void> {
  const { transaction } = recording
  await mergeFiles(recording, fromId, toId)
  await transaction.updateTable('library_entry').set({ version_id: toId }).where('version_id', '=', fromId).execute()
  await transaction.updateTable('image').set({ version_id: toId }).where('version_id', '=', fromId).execute()
  await transaction.deleteFrom('image_version').where('version_id', '=', fromId).execute()
  await relinkVersion(recording, toId)
  await sql`
    update vault_item as moved set version_id = ${toId} where version_id = ${fromId} and not exists
      (select 1 from vault_item as existing where existing.account_id = moved.account_id and existing.version_id = ${toId})
  `.execute(transaction)
  await transaction.deleteFrom('vault_item').where('version_id', '=', fromId).execute()
  await sql`
    insert into download_day (version_id, day, downloads)
    select ${sql.val(toId)}, day, downloads from download_day where version_id = ${fromId}
    on conflict (version_id, day) do update set downloads = download_day.downloads + excluded.downloads
  `.execute(transaction)
  await transaction.deleteFrom('download_day').where('version_id', '=', fromId).execute()
  await moveHubDownloads(recording, fromId, toId)
  await sql`
    update model_version set
      download_count = model_version.download_count + old.download_count - old.imported_download_count,
      edited_at = coalesce(model_version.edited_at, old.edited_at)
    from (select * from model_version where id = ${fromId}) as old where model_version.id = ${toId}
  `.execute(transaction)
  await transaction.deleteFrom('model_version').where('id', '=', fromId).execute()
  await addAlias(recording, 'model_version', fromId, toId)
}

/** Moves a version to another model, with the downloads counted by this hub. */
export async function moveVersionToModel(recording: Recording, versionId: number, modelId: number): Promise<void> {
  const { transaction } = recording
  await sql`
    update model set download_count = model.download_count + version.own * case model.id when ${modelId} then 1 else -1 end
    from (select model_id, download_count - imported_download_count as own from model_version where id = ${versionId})
      as version
    where model.id in (version.model_id, ${modelId}) and version.model_id <> ${modelId}
  `.execute(transaction)
  await transaction.updateTable('model_version').set({ model_id: modelId }).where('id', '=', versionId).execute()
  await transaction.updateTable('image').set({ model_id: modelId }).where('version_id', '=', versionId).execute()
  await transaction.updateTable('vault_item').set({ model_id: modelId }).where('version_id', '=', versionId).execute()
}

/** Moves the downloads of the old version to the model of the new one, if their models differ. */
const moveHubDownloads = ({ transaction }: Recording, fromId: number, toId: number) =>
  sql`
    update model set download_count = model.download_count + moved.own * case model.id when moved.to_model then 1 else -1 end
    from (
      select one.model_id as from_model, other.model_id as to_model,
        one.download_count - one.imported_download_count as own
      from model_version as one join model_version as other on other.id = ${toId} where one.id = ${fromId}
    ) as moved
    where moved.from_model <> moved.to_model and model.id in (moved.from_model, moved.to_model)
  `.execute(transaction)

/** Moves the files of a version. A file that both versions have becomes one file with the places of both. */
async function mergeFiles(recording: Recording, fromId: number, toId: number): Promise<void> {
  const { transaction } = recording
  const duplicates = await transaction
    .selectFrom('model_file as old')
    .innerJoin('model_file as existing', (join) =>
      join.onRef('existing.sha256', '=', 'old.sha256').on('existing.version_id', '=', toId),
    )
    .select(['old.id as oldId', 'existing.id as targetId'])
    .where('old.version_id', '=', fromId)
    .execute()
  for (const { oldId, targetId } of duplicates) await mergeDuplicateFiles(recording, oldId, targetId)
  await transaction.updateTable('model_file').set({ version_id: toId }).where('version_id', '=', fromId).execute()
}

/** Merges two files with the same bytes. */
export async function mergeDuplicateFiles(recording: Recording, oldId: number, targetId: number): Promise<void> {
  const { transaction } = recording
  await transaction.updateTable('file_place').set({ file_id: targetId }).where('file_id', '=', oldId).execute()
  const place = await transaction
    .selectFrom('file_place')
    .select('id')
    .where('file_id', '=', targetId)
    .limit(1)
    .executeTakeFirst()
  if (place) await transaction.deleteFrom('lost_file').where('file_id', '=', targetId).execute()
  await transaction.deleteFrom('lost_file').where('file_id', '=', oldId).execute()
  await transaction.deleteFrom('file_hash').where('file_id', '=', oldId).execute()
  await transaction.deleteFrom('model_file').where('id', '=', oldId).execute()
  await addAlias(recording, 'model_file', oldId, targetId)
}
