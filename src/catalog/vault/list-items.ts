import { type Kysely, sql } from 'kysely'
import type { Database, QueryOf } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import type { SqlDialect } from '../../db/sql-dialect.ts'
import type { ModelType, VaultSort } from '../enums.ts'
import { escapeLikePattern } from '../name-pattern.ts'
import { itemsWithCovers, type VaultItem, type VaultItemRow, vaultItem } from './vault-item.ts'

/** Which items of a vault are asked for; what is absent, and an empty list, narrows nothing. */
export interface VaultRequest {
  accountId: number
  /** What a person typed: a part of a name of model, version or creator, without regard to letter case. */
  query?: string | undefined
  types?: readonly ModelType[] | undefined
  categories?: readonly string[] | undefined
  baseModels?: readonly string[] | undefined
  /** Unix milliseconds; both bounds belong to it. */
  created: TimeSpan
  added: TimeSpan
  sort: VaultSort
  limit: number
  offset: number
}

export interface TimeSpan {
  from?: number | undefined
  to?: number | undefined
}

/** A part of a vault, and how many items the whole of what was asked for has. */
export type ListItems = (request: VaultRequest) => Promise<{ items: VaultItem[]; totalItems: number }>

/** The cost follows the size of one account's vault. */
export function openItemLists(database: Database): ListItems {
  const { engine } = database
  const count = database.search((query, values: BindPlaceholder<Filter>) =>
    matching(query, values, engine).select((items) => items.fn.countAll<number>().as('total')),
  )
  const pageBy = (sort: VaultSort) => database.search(itemPage(sort, engine))
  const pages = {
    'Recently Added': pageBy('Recently Added'),
    'Recently Created': pageBy('Recently Created'),
    'Model Name': pageBy('Model Name'),
    'Model Size': pageBy('Model Size'),
  }
  return async ({ sort, limit, offset, ...asked }) => {
    const filter = filterOf(asked)
    const [rows, counted] = await Promise.all([pages[sort].all({ ...filter, limit, offset }), count.first(filter)])
    return { items: rows.map(vaultItem), totalItems: Number(counted?.total ?? 0) }
  }
}

interface Part {
  limit: number
  offset: number
}

/** What a request binds. Of each list, 1 where any value will do. */
interface Filter {
  accountId: number
  /** In lower case, with `\` before what patterns use. */
  namePattern: string
  anyType: 0 | 1
  anyCategory: 0 | 1
  anyBaseModel: 0 | 1
  /** JSON array texts. */
  types: string
  categories: string
  baseModels: string
  createdFrom: number
  createdTo: number
  addedFrom: number
  addedTo: number
}

const farthest = 8.64e15 // what a date can hold (ECMA-262 §21.4.1.1), in milliseconds

const filterOf = (asked: Omit<VaultRequest, 'sort' | 'limit' | 'offset'>): Filter => ({
  accountId: asked.accountId,
  namePattern: `%${escapeLikePattern((asked.query ?? '').trim().toLowerCase())}%`,
  anyType: isAny(asked.types),
  anyCategory: isAny(asked.categories),
  anyBaseModel: isAny(asked.baseModels),
  types: JSON.stringify(asked.types ?? []),
  categories: JSON.stringify(asked.categories ?? []),
  baseModels: JSON.stringify(asked.baseModels ?? []),
  createdFrom: asked.created.from ?? -farthest,
  createdTo: asked.created.to ?? farthest,
  addedFrom: asked.added.from ?? -farthest,
  addedTo: asked.added.to ?? farthest,
})

const isAny = (list: readonly unknown[] | undefined) => (list?.length ? 0 : 1)

/** Served by the index `vault_item_added`, which is the first order too; the others sort one account's items. */
const matching = (query: Kysely<Schema>, values: BindPlaceholder<Filter>, { inList }: SqlDialect) =>
  query
    .selectFrom('vault_item')
    .where('vault_item.account_id', '=', values('accountId'))
    .where(sql<boolean>`vault_item.names_key like ${values('namePattern')} escape '\\'`)
    .where((item) => sql`(${values('anyType')} = 1 or ${inList(item.ref('vault_item.type'), values('types'))})`)
    .where(
      (item) => sql`(${values('anyCategory')} = 1 or ${inList(item.ref('vault_item.category'), values('categories'))})`,
    )
    .where(
      (item) =>
        sql`(${values('anyBaseModel')} = 1 or ${inList(item.ref('vault_item.base_model'), values('baseModels'))})`,
    )
    .where('vault_item.version_created_at', '>=', values('createdFrom'))
    .where('vault_item.version_created_at', '<=', values('createdTo'))
    .where('vault_item.added_at', '>=', values('addedFrom'))
    .where('vault_item.added_at', '<=', values('addedTo'))

const orders = {
  'Recently Added': ['vault_item.added_at', 'desc'],
  'Recently Created': ['vault_item.version_created_at', 'desc'],
  'Model Name': ['vault_item.names_key', 'asc'],
  'Model Size': ['vault_item.model_size_kb', 'desc'],
} as const

const itemPage =
  (sort: VaultSort, engine: SqlDialect): QueryOf<Filter & Part, VaultItemRow> =>
  (query, values) => {
    const [column, direction] = orders[sort]
    const page = matching(query, values, engine)
      .select('vault_item.id')
      .orderBy(column, direction)
      .orderBy('vault_item.id', 'desc')
      .limit(values('limit'))
      .offset(values('offset'))
    return itemsWithCovers(query)
      .where('vault_item.id', 'in', page)
      .orderBy(column, direction)
      .orderBy('vault_item.id', 'desc')
  }
