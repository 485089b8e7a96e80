import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { fileColumns, imageColumns, modelColumns, versionColumns } from '../../src/catalog/models/rows.ts'

/** Rows of models with everything that belongs to them, as plain statements on one connection read them. */
export interface BareCatalog {
  /** The models of a page and what belongs to them; `where` and `order` are SQL. Gives the milliseconds. */
  page(where: string, order: string, limit: number, values?: readonly SQLInputValue[]): number
  /** The ids of the models of such a page. */
  ids(where: string, order: string, limit: number, values?: readonly SQLInputValue[]): number[]
  /** The same of the models that a text search finds. */
  search(match: string, limit: number): number
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[]
  close(): void
}

/** The least that answers `GET /models`: a statement a table, rows as they are, nothing put together. */
export function openBareCatalog(file: string): BareCatalog {
  const database = new DatabaseSync(file, { readOnly: true })
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  const all = <Row>(sql: string, ...values: SQLInputValue[]): Row[] => {
    const statement = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, statement)
    return statement.all(...values) as Row[]
  }
  const partsOf = (models: readonly { id: number; creator_id: number }[]) => {
    const ids = list(models.map(({ id }) => id))
    const versions = all<{ id: number }>(
      `select ${versionColumns.join()} from model_version where model_id in (select value from json_each(?))
        and status = 'Published' and file_count > 0 order by model_id, position, id`,
      ids,
    )
    const versionIds = list(versions.map(({ id }) => id))
    all(
      `select version_id, ${fileColumns.join()} from model_file where version_id in (select value from json_each(?))
        order by version_id, id`,
      versionIds,
    )
    all(
      `select version_id, ${imageColumns.join()}, meta is not null as has_meta from image
        where version_id in (select value from json_each(?)) and nsfw_level & 1 order by version_id, position, id`,
      versionIds,
    )
    all(
      `select model_id, name from model_tag join tag on tag.id = tag_id
        where model_id in (select value from json_each(?)) order by model_id, tag_id`,
      ids,
    )
    all(
      'select id, username, image from account where id in (select value from json_each(?))',
      list(models.map(({ creator_id }) => creator_id)),
    )
  }
  const timed = (run: () => void): number => {
    const started = performance.now()
    run()
    return performance.now() - started
  }
  const columns = [...modelColumns, 'model.creator_id'].join()
  const pageOf = (where: string, order: string, limit: number, values: readonly SQLInputValue[]) =>
    all<{ id: number; creator_id: number }>(
      `select ${columns} from model where listed = 1 and availability <> 'Private' and mode is null and ${where}
        order by ${order} limit ${limit}`,
      ...values,
    )
  return {
    ids: (where, order, limit, values = []) => pageOf(where, order, limit, values).map(({ id }) => id),
    page: (where, order, limit, values = []) => timed(() => partsOf(pageOf(where, order, limit, values))),
    search: (match, limit) =>
      timed(() => {
        const ids = all<{ rowid: number }>(
          `select rowid from model_text where model_text match ? order by rowid desc limit ${limit}`,
          match,
        )
        partsOf(
          all(
            `select ${columns} from model where id in (select value from json_each(?))`,
            list(ids.map(({ rowid }) => rowid)),
          ),
        )
      }),
    all,
    close: () => database.close(),
  }
}

const list = (values: readonly number[]) => JSON.stringify(values)
