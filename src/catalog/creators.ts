import { type Kysely, sql } from 'kysely'
import type { Database, QueryOf } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import type { Schema } from '../db/schema.ts'
import type { AccountTable } from '../db/tables/accounts.ts'
import { cacheCounts } from './cached-counts.ts'
import { escapeLikePattern } from './name-pattern.ts'
import type { OffsetPage, OffsetRequest } from './offset-pagination.ts'

/** An account as the publisher of models. */
export type Creator = Pick<AccountTable, 'username' | 'image' | 'model_count'>

export interface Creators {
  /** Those who published a model, by username; `query` is a part of it, without regard to letter case. */
  list(request: OffsetRequest): Promise<OffsetPage<Creator>>
}

export function openCreators(database: Database): Creators {
  const page = database.search(creatorPage)
  const count = database.search((query, values: BindPlaceholder<Filter>) =>
    publishing(query, values).select((rows) => rows.fn.countAll<number>().as('total')),
  )
  const patternOf = (typed: string) => `%${escapeLikePattern(typed)}%`
  const countOf = cacheCounts(database, 'account', async (typed) =>
    Number((await count.first({ namePattern: patternOf(typed) }))?.total),
  )

  return {
    async list({ query = '', limit, offset }) {
      const typed = query.trim().toLowerCase()
      const part = { namePattern: patternOf(typed), limit, offset }
      const [items, totalItems] = await Promise.all([page.all(part), countOf(typed)])
      return { items, totalItems }
    },
  }
}

export type PageValues = Filter & { limit: number; offset: number }

/** The query of a page: the index in its order, from the offset on. */
export const creatorPage: QueryOf<PageValues, Creator> = (query, values) =>
  publishing(query, values)
    .select(['account.username', 'account.image', 'account.model_count'])
    .orderBy('account.username_key')
    .limit(values('limit'))
    .offset(values('offset'))

interface Filter {
  /** In lower case, with `\` before what patterns use. */
  namePattern: string
}

/** Served by the index `account_creator`, which holds nobody else; it is written out as there, not bound. */
const publishing = (query: Kysely<Schema>, values: BindPlaceholder<Filter>) =>
  query
    .selectFrom('account')
    .where('account.model_count', '>', sql.lit(0))
    .where(sql<boolean>`account.username_key like ${values('namePattern')} escape '\\'`)
