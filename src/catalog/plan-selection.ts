import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { Database, PreparedQuery } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import type { Schema } from '../db/schema.ts'

/*
 * How lists choose between two ways to a page. Where an index finds few rows for one of the filters, these lead: they are
 * read, checked and put in order. Where every filter has many, the index of the order is walked, and the page is full
 * after a short way. Either alone has filters that make it read the whole catalog.
 */

/** Rows of a filter, by their ids as `id`; some may come twice. */
export type CandidateSource = SelectQueryBuilder<never, never, { id: number }>

/** Whichever tables rows of ids are read from, they are a source. */
export const candidateSource = (rows: { as: unknown }): CandidateSource => rows as unknown as CandidateSource

/** The filters that an index finds the rows of, each with its rows. `Values` is what the list's filters bind. */
export type CandidateSources<Values> = {
  [Name in keyof Values & string]?: (
    query: Kysely<Schema>,
    values: BindPlaceholder<Required<Values>>,
  ) => CandidateSource
}

/** How many rows each of the filters finds, counted up to one more than `most`. */
export type SelectivityCounter<Values> = (values: Values) => Promise<{ name: keyof Values & string; rows: number }[]>

/** Counts are cheap: no more than `most` entries of an index for each filter. */
export function openSelectivityCounter<Values extends object>(
  database: Database,
  sources: CandidateSources<Values>,
  most: number,
): SelectivityCounter<Values> {
  type Counts = Record<string, number>
  const prepared = new Map<string, PreparedQuery<Required<Values>, Counts>>()
  const counting = (names: readonly (keyof Values & string)[]) => {
    const key = names.join()
    const known = prepared.get(key)
    if (known) return known
    const counts = database.search<Required<Values>, Counts>((query, values) =>
      query.selectNoFrom(names.map((name) => rowsUpTo(rowsFrom(sources, name)(query, values), most + 1).as(name))),
    )
    prepared.set(key, counts)
    return counts
  }
  return async (values) => {
    const names = (Object.keys(values) as (keyof Values & string)[]).filter((name) => name in sources)
    if (names.length === 0) return []
    const counts = await counting(names).first(values as Required<Values>)
    return names.map((name) => ({ name, rows: Number(counts?.[name]) }))
  }
}

/** The filter with the fewest rows, if these are no more than `most`. */
export const pickDriver = <Name extends string>(counts: readonly { name: Name; rows: number }[], most: number) =>
  counts.filter(({ rows }) => rows <= most).toSorted((one, other) => one.rows - other.rows)[0]

/** The rows of a filter that is known to have a source. */
export const rowsFrom = <Values>(sources: CandidateSources<Values>, name: keyof Values & string) =>
  sources[name] as NonNullable<CandidateSources<Values>[typeof name]>

const rowsUpTo = (source: CandidateSource, most: number): RawBuilder<number> =>
  sql<number>`(select count(*) from (select 1 from ${source.as('named')} limit ${sql.lit(most)}) as counted)`

/** A column as a value that no index is sought by. */
export const preventIndexUse = (column: string): RawBuilder<unknown> => sql`coalesce(${sql.ref(column)}, null)`
