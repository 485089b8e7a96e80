import { sql } from 'kysely'
import { addAlias } from './aliases.ts'
import { deleteModel } from './delete-rows.ts'
import type { Recording } from './recording.ts'

/**
 * Merges model `fromId` into `toId`: versions, images, favorites and hidden marks, collection items, downloads counted by
 * this hub and the owner's settings move. `fromId` resolves to `toId` afterwards.
 */
export async function mergeModels(recording: Recording, fromId: number, toId: number): Promise<void> {
  const { transaction } = recording
  await transaction.updateTable('model_version').set({ model_id: toId }).where('model_id', '=', fromId).execute()
  await transaction.updateTable('image').set({ model_id: toId }).where('model_id', '=', fromId).execute()
  await sql`
    update vault_item set model_id = ${toId} where model_id = ${fromId}
      and version_id in (select id from model_version where model_id = ${toId})
  `.execute(transaction)
  await moveMarks(recording, fromId, toId)
  await moveCollectionItems(recording, fromId, toId)
  await moveSettings(recording, fromId, toId)
  await deleteModel(recording, fromId)
  await addAlias(recording, 'model', fromId, toId)
}

/** Moves favorites and hidden marks. An account that marked both models keeps one mark. */
async function moveMarks({ transaction }: Recording, fromId: number, toId: number): Promise<void> {
  await sql`
    update account_model as moved set model_id = ${toId} where model_id = ${fromId} and not exists
      (select 1 from account_model as existing where existing.account_id = moved.account_id and existing.kind = moved.kind
        and existing.model_id = ${toId})
  `.execute(transaction)
  await transaction.deleteFrom('account_model').where('model_id', '=', fromId).execute()
}

async function moveCollectionItems({ transaction }: Recording, fromId: number, toId: number): Promise<void> {
  await sql`
    update collection set item_count = item_count - 1
    where id in (select collection_id from collection_item where model_id = ${fromId})
      and id in (select collection_id from collection_item where model_id = ${toId})
  `.execute(transaction)
  await sql`
    update collection_item as moved set model_id = ${toId} where model_id = ${fromId} and not exists
      (select 1 from collection_item as existing where existing.collection_id = moved.collection_id
        and existing.model_id = ${toId})
  `.execute(transaction)
  await transaction.deleteFrom('collection_item').where('model_id', '=', fromId).execute()
}

/** Merges the owner's settings. If both models were edited, the stricter setting wins: a merge never grants access. */
const moveSettings = ({ transaction }: Recording, fromId: number, toId: number) =>
  sql`
    update model set
      login_only = case
        when old.edited_at is null then model.login_only
        when model.edited_at is null then old.login_only
        when old.login_only = 1 or model.login_only = 1 then 1
        else coalesce(model.login_only, old.login_only) end,
      downloads_disabled = max(model.downloads_disabled, old.downloads_disabled),
      edited_at = coalesce(max(model.edited_at, old.edited_at), model.edited_at, old.edited_at),
      download_count = model.download_count + old.download_count - old.imported_download_count
    from (select * from model where id = ${fromId}) as old where model.id = ${toId}
  `.execute(transaction)
