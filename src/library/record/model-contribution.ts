import { sql } from 'kysely'
import { adjustCount } from '../../catalog/cached-counts.ts'
import type { ModelContribution, Recording } from './recording.ts'

/** Returns what a model contributes to the counts of its creator and tags: nothing while it is not listed. */
export async function readContribution({ transaction }: Recording, modelId: number): Promise<ModelContribution> {
  const model = await transaction
    .selectFrom('model')
    .select('creator_id')
    .where('id', '=', modelId)
    .where('listed', '=', 1)
    .executeTakeFirst()
  if (!model) return { creatorId: null, tagIds: [] }
  const tags = await transaction.selectFrom('model_tag').select('tag_id').where('model_id', '=', modelId).execute()
  return { creatorId: model.creator_id, tagIds: tags.map(({ tag_id }) => tag_id) }
}

/** Adjusts the model counts of creators and tags. Recounting would take time proportional to the models of a tag. */
export async function updateModelCounts(
  recording: Recording,
  before: ModelContribution,
  after: ModelContribution,
): Promise<void> {
  if (before.creatorId !== after.creatorId) {
    await adjustModelCount(recording, 'account', before.creatorId, -1)
    await adjustModelCount(recording, 'account', after.creatorId, 1)
  }
  for (const tagId of before.tagIds)
    if (!after.tagIds.includes(tagId)) await adjustModelCount(recording, 'tag', tagId, -1)
  for (const tagId of after.tagIds)
    if (!before.tagIds.includes(tagId)) await adjustModelCount(recording, 'tag', tagId, 1)
}

async function adjustModelCount(
  { transaction }: Recording,
  table: 'account' | 'tag',
  id: number | null,
  by: 1 | -1,
): Promise<void> {
  if (id === null) return
  const moved = await transaction
    .updateTable(table)
    .set({ model_count: sql<number>`model_count + ${sql.lit(by)}` })
    .where('id', '=', id)
    .returning('model_count')
    .executeTakeFirst()
  // Only creators and tags with models are listed, so the first and the last model change the length of the list.
  if (moved?.model_count === (by === 1 ? 1 : 0)) await adjustCount(transaction, table, by)
}
