import type { Database } from '../../db/database.ts'
import type { PlaceholderOf } from '../../db/prepared.ts'
import { type ModelParts, modelRecord, partsOfModel } from './record-queries.ts'
import { type ModelRecord, modelColumns } from './records.ts'

/** Gives the records of models, in the order of their ids; of ids that are gone meanwhile, none. */
export type ReadRecords = (ids: readonly number[], shown: ShownParts) => Promise<ModelRecord[]>

export interface ShownParts {
  /** Bits of browsing levels; an image needs one of them. */
  levels: number
  /** JSON array text: only versions of these base models. */
  baseModels?: string | undefined
}

/**
 * So many models are read at once. One part is put together while the next is read on other threads, and no part holds up
 * those who wait for something else for more than a few milliseconds.
 */
const readTogether = 20

export function openRecords(database: Database): ReadRecords {
  const { engine } = database
  type Values = { ids: string; levels: number; baseModels: string }
  const prepare = (byBaseModel: boolean) =>
    database.search((query, values: PlaceholderOf<Values>) =>
      query
        .selectFrom('model')
        .select([...modelColumns])
        .select((model) =>
          partsOfModel(engine, model, {
            levels: values('levels'),
            withoutFiles: false,
            ...(byBaseModel && { baseModels: values('baseModels') }),
          }),
        )
        .where((model) => engine.inList(model.ref('model.id'), values('ids'))),
    )
  const queries = { all: prepare(false), byBaseModel: prepare(true) }

  return async (ids, { levels, baseModels = '' }) => {
    const query = baseModels === '' ? queries.all : queries.byBaseModel
    const parts = Array.from({ length: Math.ceil(ids.length / readTogether) }, (_, part) =>
      ids.slice(part * readTogether, (part + 1) * readTogether),
    )
    const read = await Promise.all(
      parts.map(async (part) => {
        const rows = await query.all({ ids: JSON.stringify(part), levels, baseModels })
        return rows.map((row) => modelRecord(row as typeof row & ModelParts))
      }),
    )
    const byId = new Map(read.flat().map((record) => [record.id, record]))
    return ids.flatMap((id) => byId.get(id) ?? [])
  }
}
