import { firstLocalId, isSiteId } from '../../catalog/local-ids.ts'
import { deleteAliases } from './aliases.ts'
import type { Recording } from './recording.ts'

/** Resources with ids that clients see. Each has its own sequence. */
type IdSequence = 'model' | 'model_version' | 'model_file' | 'image' | 'post'

/** Allocates the next local id of a sequence. No id is allocated twice. */
export async function allocateLocalId(recording: Recording, table: IdSequence): Promise<number> {
  const [id] = await allocateLocalIds(recording, table, 1)
  return id as number // one was requested
}

/** Allocates the next `count` local ids of a sequence. */
export async function allocateLocalIds(
  { transaction }: Recording,
  table: IdSequence,
  count: number,
): Promise<number[]> {
  if (count === 0) return []
  const { next_id } = await transaction
    .insertInto('id_sequence')
    .values({ name: table, next_id: firstLocalId + count })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((row) => ({ next_id: row('id_sequence.next_id', '+', count) })),
    )
    .returning('next_id')
    .executeTakeFirstOrThrow()
  return Array.from({ length: count }, (_, index) => next_id - count + index)
}

/** Returns the site id `claimed` if no row has it, otherwise a new local id. */
export async function allocateId(
  recording: Recording,
  table: 'model_file' | 'image',
  claimed: number | undefined,
): Promise<number> {
  if (claimed === undefined || !isSiteId(claimed)) return allocateLocalId(recording, table)
  const taken = await recording.transaction.selectFrom(table).select('id').where('id', '=', claimed).executeTakeFirst()
  if (taken) return allocateLocalId(recording, table)
  await deleteAliases(recording, table, [claimed])
  return claimed
}
