import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import { currentId } from '../id-alias.ts'
import { type ModelParts, modelRecord, partsOfModel } from './detail-queries.ts'
import { type ModelRecord, modelColumns } from './rows.ts'

/**
 * Finds a published model by its id: also one whose files are gone, and with images of every level, since who asks for
 * it by name has chosen it.
 */
export function openModelById(database: Database): (id: number) => Promise<ModelRecord | undefined> {
  const byId = database.lookup((query, values: BindPlaceholder<{ id: number }>) =>
    query
      .selectFrom('model')
      .select([...modelColumns])
      .select((model) => partsOfModel(database.engine, model))
      .where('model.id', '=', currentId('model', values('id')))
      .where('model.status', '=', 'Published'),
  )
  return async (id) => {
    const row = await byId.first({ id })
    return row && modelRecord(row as typeof row & ModelParts)
  }
}
