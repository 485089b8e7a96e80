import type { Recording } from './recording.ts'

/** Maximum length of a tag name, in UTF-16 code units; longer names are cut. */
const maxTagLength = 100

/** Replaces the tags of a model. Tag names are compared ignoring case. */
export async function replaceTags(
  { transaction }: Recording,
  modelId: number,
  names: readonly string[],
): Promise<void> {
  const wanted = new Map(
    names.map((name) => name.trim().slice(0, maxTagLength)).map((name) => [name.toLowerCase(), name]),
  )
  wanted.delete('')
  const existing = await transaction
    .selectFrom('model_tag')
    .innerJoin('tag', 'tag.id', 'model_tag.tag_id')
    .select(['tag.id', 'tag.name_key'])
    .where('model_tag.model_id', '=', modelId)
    .execute()
  for (const { id, name_key } of existing) {
    if (wanted.delete(name_key)) continue
    await transaction.deleteFrom('model_tag').where('tag_id', '=', id).where('model_id', '=', modelId).execute()
  }
  for (const [name_key, name] of wanted) {
    await transaction
      .insertInto('tag')
      .values({ name, name_key, model_count: 0 })
      .onConflict((conflict) => conflict.column('name_key').doNothing())
      .execute()
    await transaction
      .insertInto('model_tag')
      .columns(['tag_id', 'model_id'])
      .expression((query) =>
        query
          .selectFrom('tag')
          .select((tag) => ['tag.id as tag_id', tag.val(modelId).as('model_id')])
          .where('tag.name_key', '=', name_key),
      )
      .execute()
  }
}
