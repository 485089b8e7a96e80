import type { Kysely } from 'kysely'
import type { Database } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import type { Schema } from '../db/schema.ts'
import { cacheCounts } from './cached-counts.ts'
import type { OffsetPage, OffsetRequest } from './offset-pagination.ts'
import { type PrefixRange, prefixRange } from './prefix-range.ts'

export interface Tag {
  name: string
  model_count: number
}

export interface Tags {
  /**
   * Tags that models have, the most frequent first; with `query` those whose names begin with it, in any letter case,
   * the shortest first.
   */
  list(request: OffsetRequest): Promise<OffsetPage<Tag>>
  /**
   * The ids of the tags that are named by an id or, in any letter case, by a name, each once; undefined when one of them is
   * unknown.
   */
  idsOfAll(named: { ids: readonly number[]; names: readonly string[] }): Promise<number[] | undefined>
}

type Part = { limit: number; offset: number }

export function openTags(database: Database): Tags {
  // Served by the index `tag_count`.
  const frequent = database.search((query, values: BindPlaceholder<Part>) =>
    used(query)
      .select(['tag.name', 'tag.model_count'])
      .orderBy('tag.model_count', 'desc')
      .orderBy('tag.id', 'desc')
      .limit(values('limit'))
      .offset(values('offset')),
  )

  // These two, and the look-up by name, are served by the index `tag_name`.
  const beginning = database.search((query, values: BindPlaceholder<PrefixRange & Part>) =>
    usedWithin(query, values)
      .select(['tag.name', 'tag.model_count'])
      .orderBy((tag) => tag.fn<number>('length', ['tag.name_key']))
      .orderBy('tag.name_key')
      .limit(values('limit'))
      .offset(values('offset')),
  )
  const countBeginning = database.search((query, values: BindPlaceholder<PrefixRange>) =>
    usedWithin(query, values).select((tag) => tag.fn.countAll<number>().as('total')),
  )
  const byName = database.search((query, values: BindPlaceholder<{ keys: string }>) =>
    query
      .selectFrom('tag')
      .select('tag.id')
      .where((tag) => database.engine.inList(tag.ref('tag.name_key'), values('keys'))),
  )
  // Served by the key.
  const known = database.search((query, values: BindPlaceholder<{ ids: string }>) =>
    query
      .selectFrom('tag')
      .select('tag.id')
      .where((tag) => database.engine.inList(tag.ref('tag.id'), values('ids'))),
  )

  const countOf = cacheCounts(database, 'tag', async (prefix) =>
    Number((await countBeginning.first(prefixRange(prefix)))?.total),
  )
  return {
    async list({ query = '', limit, offset }) {
      const prefix = query.trim().toLowerCase()
      const part = { limit, offset }
      const [items, totalItems] = await Promise.all([
        prefix === '' ? frequent.all(part) : beginning.all({ ...prefixRange(prefix), ...part }),
        countOf(prefix),
      ])
      return { items, totalItems }
    },
    async idsOfAll({ ids, names }) {
      const wanted = [...new Set(ids)]
      const keys = [...new Set(names.map((name) => name.trim().toLowerCase()))]
      const [ofIds, ofNames] = await Promise.all([
        wanted.length > 0 ? known.all({ ids: JSON.stringify(wanted) }) : [],
        keys.length > 0 ? byName.all({ keys: JSON.stringify(keys) }) : [],
      ])
      if (ofIds.length < wanted.length || ofNames.length < keys.length) return undefined
      return [...new Set([...ofIds, ...ofNames].map(({ id }) => id))]
    },
  }
}

const used = (query: Kysely<Schema>) => query.selectFrom('tag').where('tag.model_count', '>', 0)

const usedWithin = (query: Kysely<Schema>, values: BindPlaceholder<PrefixRange>) =>
  used(query).where('tag.name_key', '>=', values('from')).where('tag.name_key', '<', values('to'))
