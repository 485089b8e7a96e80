import { sql } from 'kysely'
import { addAlias } from './aliases.ts'
import { deleteModel } from './delete-rows.ts'
import type { Recording } from './recording.ts'

/**
 * Makes two models one: versions that are still under `fromId`, marks of accounts, items of collections, downloads that
 * this hub counted and the owner's settings move to `toId`, to which the old id resolves from now on.
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

/** A mark that an account has on both is one. */
async function moveMarks({ transaction }: Recording, fromId: number, toId: number): Promise<void> {
  await sql`
    update account_model as moved set model_id = ${toId} where model_id = ${fromId} and not exists
      (select 1 from account_model as kept where kept.account_id = moved.account_id and kept.kind = moved.kind
        and kept.model_id = ${toId})
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
      (select 1 from collection_item as kept where kept.collection_id = moved.collection_id
        and kept.model_id = ${toId})
  `.execute(transaction)
  await transaction.deleteFrom('collection_item').where('model_id', '=', fromId).execute()
}

/** Where the owner has set both, the stricter setting stays: what was closed does not open. */
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
