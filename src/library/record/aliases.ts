import { sql } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import type { Recording } from './recording.ts'

type Kind = Schema['id_alias']['kind']

/** Makes `oldId`, and every id that resolved to it, resolve to `newId`. */
export async function addAlias(recording: Recording, kind: Kind, oldId: number, newId: number): Promise<void> {
  await repointAliases(recording, kind, oldId, newId)
  await recording.transaction
    .insertInto('id_alias')
    .values({ kind, old_id: oldId, new_id: newId })
    .onConflict((conflict) => conflict.columns(['kind', 'old_id']).doUpdateSet({ new_id: newId }))
    .execute()
}

/** Makes every id that resolved to `oldId` resolve to `newId`. Another row takes `oldId`. */
export async function repointAliases(
  { transaction }: Recording,
  kind: Kind,
  oldId: number,
  newId: number,
): Promise<void> {
  await transaction
    .updateTable('id_alias')
    .set({ new_id: newId })
    .where('kind', '=', kind)
    .where('new_id', '=', oldId)
    .execute()
}

/** Deletes the aliases of ids that belong to a row again. */
export async function deleteAliases(
  { transaction, engine }: Recording,
  kind: Kind,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return
  await transaction
    .deleteFrom('id_alias')
    .where('kind', '=', kind)
    .where((row) => engine.inList(row.ref('old_id'), sql.val(JSON.stringify(ids))))
    .execute()
}
