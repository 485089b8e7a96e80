import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database, QueryOf } from '../db/database.ts'
import type { PlaceholderOf } from '../db/prepared.ts'
import type { Schema } from '../db/schema.ts'
import type { ImageTable } from '../db/tables/catalog.ts'
import { readCursor, writeCursor } from './cursor.ts'
import type { CollectionSort, CollectionType } from './enums.ts'
import { literally } from './name-pattern.ts'
import { everyLevel } from './nsfw/browsing-level.ts'

/** A collection as anybody may see it. */
export interface CollectionRecord {
  id: number
  name: string
  description: string | null
  type: CollectionType
  read: 'Public' | 'Unlisted'
  nsfw_level: number
  item_count: number
  account_id: number
  username: string
  /** Null: it has none, or one of levels that are not shown. */
  cover: Pick<ImageTable, 'id' | 'uuid' | 'extension'> | null
}

/** Which collections a list shows, and which part of it. */
export interface CollectionRequest {
  /** Bits of browsing levels, of collections and of their covers. */
  levels: number
  /** What a person typed: a part of the name, without regard to letter case. */
  query?: string | undefined
  sort: CollectionSort
  limit: number
  /** Where the page before ended. */
  cursor?: string | undefined
}

/** The collections that their owners made public, and those that they show to whoever knows the address. */
export interface Collections {
  /** Public ones. @throws BadCursor for a cursor of another order or none at all */
  list(request: CollectionRequest): Promise<{ collections: CollectionRecord[]; nextCursor?: string }>
  /** A public or unlisted one; a private one is as if it were not there. */
  byId(id: number): Promise<CollectionRecord | undefined>
}

export function openCollections(database: Database): Collections {
  const lists = {
    Newest: database.search(collectionPage('Newest')),
    'Most Followers': database.search(collectionPage('Most Followers')),
  }
  const byId = database.lookup((query, values: PlaceholderOf<{ id: number }>) =>
    recordsOf(query, sql.lit(everyLevel))
      .where('collection.id', '=', values('id'))
      .where('collection.read', '<>', 'Private'),
  )
  return {
    async list({ levels, query = '', sort, limit, cursor }) {
      const after = cursor === undefined ? beforeAll : readCursor(cursor, { order: sort, keyCount: keyCountOf[sort] })
      const [afterId, afterFollowers] = [...after].reverse() as [number, number?]
      const rows = await lists[sort].all({
        levels,
        namePattern: `%${literally(query.trim().toLowerCase())}%`,
        afterId,
        afterFollowers: afterFollowers ?? 0,
        count: limit + 1,
      })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      const keys = last && (sort === 'Newest' ? [last.id] : [last.follower_count, last.id])
      return {
        collections: shown.map(collectionRecord),
        ...(rows.length > limit && keys && { nextCursor: writeCursor({ order: sort, keys }) }),
      }
    },
    async byId(id) {
      const row = await byId.first({ id })
      return row && collectionRecord(row)
    },
  }
}

interface PageValues {
  levels: number
  /** In lower case, with `\` before what patterns use. */
  namePattern: string
  /** The page holds rows behind these keys. */
  afterId: number
  afterFollowers: number
  /** One more than is shown. */
  count: number
}
type Values = PlaceholderOf<PageValues>

const keyCountOf = { Newest: 1, 'Most Followers': 2 } as const
/** Keys that every row lies behind. */
const beforeAll = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]

/** A page: the ids by the index of the order, then what belongs to these alone. */
const collectionPage =
  (sort: CollectionSort): QueryOf<PageValues, CollectionRow> =>
  (query, values) => {
    const page = idsOf[sort](query, values).limit(values('count')).as('page')
    const rows = recordsOf(query, values('levels'))
      .where('collection.id', 'in', query.selectFrom(page).select('page.id'))
      .$if(sort === 'Most Followers', (found) => found.orderBy('collection.follower_count', 'desc'))
    return rows.orderBy('collection.id', 'desc')
  }

const idsOf = {
  /** Served by the index `collection_read`. */
  Newest: (query: Kysely<Schema>, values: Values) =>
    publicIds(query, values).where('collection.id', '<', values('afterId')).orderBy('id', 'desc'),
  /** Served by the index `collection_followers`, in two parts: where nobody follows anything, all of it is one tie. */
  'Most Followers': (query: Kysely<Schema>, values: Values) =>
    publicIds(query, values)
      .where('collection.follower_count', '=', values('afterFollowers'))
      .where('collection.id', '<', values('afterId'))
      .unionAll(publicIds(query, values).where('collection.follower_count', '<', values('afterFollowers')))
      .orderBy('follower_count', 'desc')
      .orderBy('id', 'desc'),
}

const publicIds = (query: Kysely<Schema>, values: Values) =>
  query
    .selectFrom('collection')
    .select(['collection.id', 'collection.follower_count'])
    .where('collection.read', '=', 'Public')
    .where(sql<boolean>`(collection.nsfw_level & ${values('levels')}) <> 0`)
    .where(sql<boolean>`collection.name_key like ${values('namePattern')} escape '\\'`)

const recordsOf = (query: Kysely<Schema>, levels: RawBuilder<unknown>) =>
  query
    .selectFrom('collection')
    .innerJoin('account', 'account.id', 'collection.account_id')
    .leftJoin('image', (join) =>
      join.onRef('image.id', '=', 'collection.cover_image_id').on(sql<boolean>`(image.nsfw_level & ${levels}) <> 0`),
    )
    .select([
      'collection.id',
      'collection.name',
      'collection.description',
      'collection.type',
      'collection.read',
      'collection.nsfw_level',
      'collection.item_count',
      'collection.follower_count',
      'collection.account_id',
      'account.username',
      'image.id as cover_id',
      'image.uuid as cover_uuid',
      'image.extension as cover_extension',
    ])

type CollectionRow = Awaited<ReturnType<ReturnType<typeof recordsOf>['execute']>>[number]

function collectionRecord(row: CollectionRow): CollectionRecord {
  const { cover_id: id, cover_uuid: uuid, cover_extension: extension } = row
  return {
    ...row,
    type: row.type as CollectionType, // written only with what the enumeration holds
    read: row.read as CollectionRecord['read'], // private ones are never read
    cover: id !== null && uuid !== null && extension !== null ? { id, uuid, extension } : null,
  }
}
