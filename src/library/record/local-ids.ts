import { firstLocalId, isSiteId } from '../../catalog/local-ids.ts'
import type { Recording } from './recording.ts'

/** What has ids that clients see. */
type Numbered = 'model' | 'model_version' | 'model_file' | 'image' | 'post'

/** The next free id of the hub's own; counted for each table, never given twice. */
export async function takeLocalId({ transaction }: Recording, table: Numbered): Promise<number> {
  const { next_id } = await transaction
    .insertInto('id_sequence')
    .values({ name: table, next_id: firstLocalId + 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((row) => ({ next_id: row('id_sequence.next_id', '+', 1) })),
    )
    .returning('next_id')
    .executeTakeFirstOrThrow()
  return next_id - 1
}

/** The id that the site gave a row, unless another row has it already; else one of the hub's own. */
export async function takeId(
  recording: Recording,
  table: 'model_file' | 'image',
  claimed: number | undefined,
): Promise<number> {
  if (claimed === undefined || !isSiteId(claimed)) return takeLocalId(recording, table)
  const taken = await recording.transaction.selectFrom(table).select('id').where('id', '=', claimed).executeTakeFirst()
  return taken ? takeLocalId(recording, table) : claimed
}
