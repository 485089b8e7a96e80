import { sql } from 'kysely'
import type { Recording } from './recording.ts'

/**
 * Hands on what people said of a model that `toId` takes the place of: a sidecar that arrives later gives a file the
 * site's ids, and favourites, hidden marks and the owner's settings are meant for the file.
 */
export async function inherit({ transaction }: Recording, fromId: number, toId: number): Promise<void> {
  const marks = await transaction
    .selectFrom('account_model')
    .select(['account_id', 'kind', 'created_at'])
    .where('model_id', '=', fromId)
    .execute()
  for (const mark of marks) {
    const { numInsertedOrUpdatedRows = 0n } = await transaction
      .insertInto('account_model')
      .values({ ...mark, model_id: toId })
      .onConflict((conflict) => conflict.columns(['account_id', 'kind', 'model_id']).doNothing())
      .executeTakeFirstOrThrow()
    if (mark.kind === 'favorite' && numInsertedOrUpdatedRows > 0n)
      await transaction
        .updateTable('model')
        .set((row) => ({ thumbs_up_count: row('thumbs_up_count', '+', 1) }))
        .where('id', '=', toId)
        .execute()
  }
  await transaction.deleteFrom('account_model').where('model_id', '=', fromId).execute()
  // The hub's own downloads; the imported ones are counted anew from metadata.
  await sql`
    update model set download_count = model.download_count + earlier.own
    from (select download_count - imported_download_count as own from model where id = ${fromId}) as earlier
    where model.id = ${toId}
  `.execute(transaction)
  await sql`update model set download_count = imported_download_count where id = ${fromId}`.execute(transaction)
  await sql`
    update model set login_only = earlier.login_only, downloads_disabled = earlier.downloads_disabled,
      edited_at = earlier.edited_at
    from (select login_only, downloads_disabled, edited_at from model where id = ${fromId}) as earlier
    where model.id = ${toId} and model.edited_at is null
  `.execute(transaction)
  await transaction.updateTable('model').set({ edited_at: null }).where('id', '=', fromId).execute()
}
