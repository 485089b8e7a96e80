import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import type { Schema } from '../db/schema.ts'
import { modelTag } from './cache-tags.ts'
import { currentId } from './id-alias.ts'

/** One account's mark on one model. */
export interface ModelMark {
  accountId: number
  modelId: number
  kind: 'favorite' | 'hidden'
}

/** What accounts mark for themselves: favourites, and models that they do not want to see. */
export interface Preferences {
  /** Sets a mark; it may be there already. False when there is no such model. */
  mark(mark: ModelMark): Promise<boolean>
  /** Takes a mark away; it need not be there. False when there is neither mark nor model: marks outlive their models. */
  unmark(mark: ModelMark): Promise<boolean>
  /** The ids of the models that an account marked so, the latest mark first, at most 10,000; of models that are gone too. */
  marked(by: Omit<ModelMark, 'modelId'>): Promise<number[]>
}

const maxListed = 10_000

/**
 * A favourite is a thumb up for its model: `thumbs_up_count` holds them together with those that were imported, so each
 * favourite that comes or goes moves it by one, in the same transaction. Hiding changes nothing that others see.
 * `now` gives Unix milliseconds.
 */
export function openPreferences({ database, now }: { database: Database; now: () => number }): Preferences {
  // Both by key.
  const isPublished = database.lookup((query, values: BindPlaceholder<{ modelId: number }>) =>
    query
      .selectFrom('model')
      .select('model.id')
      .where('model.id', '=', currentId('model', values('modelId')))
      .where('model.status', '=', 'Published'),
  )
  const isMarked = database.lookup((query, values: BindPlaceholder<ModelMark>) =>
    query
      .selectFrom('account_model')
      .select('account_model.created_at')
      .where('account_model.account_id', '=', values('accountId'))
      .where('account_model.kind', '=', values('kind'))
      .where('account_model.model_id', '=', values('modelId')),
  )
  // One account's part of the primary key.
  const markedBy = database.search((query, values: BindPlaceholder<Omit<ModelMark, 'modelId'>>) =>
    query
      .selectFrom('account_model')
      .select('account_model.model_id')
      .where('account_model.account_id', '=', values('accountId'))
      .where('account_model.kind', '=', values('kind'))
      .orderBy('account_model.created_at', 'desc')
      .orderBy('account_model.model_id', 'desc')
      .limit(sql.lit(maxListed)),
  )

  return {
    async mark(mark) {
      const model = await isPublished.first({ modelId: mark.modelId })
      if (!model) return false
      const current = { ...mark, modelId: model.id }
      // What is so already is not written again: a repeated request must not empty the caches of public answers.
      if (!(await isMarked.first(current))) await addMark(database, current, now())
      return true
    },
    async unmark(mark) {
      const model = await isPublished.first({ modelId: mark.modelId })
      const current = { ...mark, modelId: model?.id ?? mark.modelId }
      if (await isMarked.first(current)) {
        await removeMark(database, current)
        return true
      }
      return model !== undefined
    },
    marked: async (by) => (await markedBy.all(by)).map(({ model_id }) => model_id),
  }
}

const addMark = (database: Database, { accountId, kind, modelId }: ModelMark, at: number) =>
  database.write(
    async (transaction) => {
      const { numInsertedOrUpdatedRows = 0n } = await transaction
        .insertInto('account_model')
        .columns(['account_id', 'kind', 'model_id', 'created_at'])
        // Only for a model that is there still.
        .expression((query) =>
          query
            .selectFrom('model')
            .select([
              sql.val(accountId).as('account_id'),
              sql.val(kind).as('kind'),
              'model.id as model_id',
              sql.val(at).as('created_at'),
            ])
            .where('model.id', '=', modelId),
        )
        .onConflict((conflict) => conflict.columns(['account_id', 'kind', 'model_id']).doNothing())
        .executeTakeFirstOrThrow()
      if (kind === 'favorite') await moveThumbs(transaction, modelId, Number(numInsertedOrUpdatedRows))
    },
    publicityOf(kind, modelId),
  )

const removeMark = (database: Database, { accountId, kind, modelId }: ModelMark) =>
  database.write(
    async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom('account_model')
        .where('account_id', '=', accountId)
        .where('kind', '=', kind)
        .where('model_id', '=', modelId)
        .executeTakeFirstOrThrow()
      if (kind === 'favorite') await moveThumbs(transaction, modelId, -Number(numDeletedRows))
    },
    publicityOf(kind, modelId),
  )

/** A favourite is a thumb up, which answers show; the order by rating follows when lists are made anew anyway. */
const publicityOf = (kind: ModelMark['kind'], modelId: number) =>
  kind === 'favorite' ? { changes: [modelTag(modelId)] } : undefined

async function moveThumbs(transaction: Transaction<Schema>, modelId: number, by: number): Promise<void> {
  await transaction
    .updateTable('model')
    .set((model) => ({ thumbs_up_count: model('thumbs_up_count', '+', by) }))
    .where('id', '=', modelId)
    .execute()
}
