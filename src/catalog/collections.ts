import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database, QueryOf } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import type { Schema } from '../db/schema.ts'
import type { ImageTable } from '../db/tables/catalog.ts'
import { readCollectionCursor, writeCollectionCursor } from './collection-cursor.ts'
import type { CollectionSort, CollectionType } from './enums.ts'
import { escapeLikePattern } from './name-pattern.ts'
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
  cover: CollectionCover | null
}

export type CollectionCover = Pick<ImageTable, 'id' | 'uuid' | 'extension' | 'type' | 'width' | 'height' | 'nsfw_level'>

/** Which collections a list shows, and which part of it. */
export interface CollectionRequest {
  /** Bits of browsing levels, of collections and of their covers. */
  levels: number
  /** What a person typed: a part of the name, without regard to letter case. */
  query?: string | undefined
  sort: CollectionSort
  limit: number
  /** Where the page before ended. */
  cursor?: number | undefined
}

/** The collections that their owners made public, and those that they show to whoever knows the address. */
export interface Collections {
  /** Public ones. @throws BadCursor for a number that no page of this order ends with */
  list(request: CollectionRequest): Promise<{ collections: CollectionRecord[]; nextCursor?: number }>
  /** A public or unlisted one; a private one is as if it were not there. */
  byId(id: number): Promise<CollectionRecord | undefined>
}

export function openCollections(database: Database): Collections {
  const lists = {
    Newest: database.search(collectionPage('Newest')),
    'Most Followers': database.search(collectionPage('Most Followers')),
  }
  const byId = database.lookup((query, values: BindPlaceholder<{ id: number }>) =>
    recordsOf(query, sql.lit(everyLevel))
      .where('collection.id', '=', values('id'))
      .where('collection.read', '<>', 'Private'),
  )
  return {
    async list({ levels, query = '', sort, limit, cursor }) {
      const after = cursor === undefined ? beforeAll : readCollectionCursor(cursor, sort)
      const rows = await lists[sort].all({
        levels,
        namePattern: `%${escapeLikePattern(query.trim().toLowerCase())}%`,
        afterId: after.id,
        afterFollowers: after.followers,
        count: limit + 1,
      })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return {
        collections: shown.map(collectionRecord),
        ...(rows.length > limit && last && { nextCursor: writeCollectionCursor(last, sort) }),
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
type Values = BindPlaceholder<PageValues>

/** Keys that every row lies behind. */
const beforeAll = { id: Number.MAX_SAFE_INTEGER, followers: Number.MAX_SAFE_INTEGER }

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
      'image.type as cover_type',
      'image.width as cover_width',
      'image.height as cover_height',
      'image.nsfw_level as cover_nsfw_level',
    ])

type CollectionRow = Awaited<ReturnType<ReturnType<typeof recordsOf>['execute']>>[number]

function collectionRecord(row: CollectionRow): CollectionRecord {
  return {
    ...row,
    type: row.type as CollectionType, // written only with what the enumeration holds
    read: row.read as CollectionRecord['read'], // private ones are never read
    cover: coverOf(row),
  }
}

/** The columns of a cover are null together: when there is no image, or one of other levels. */
const coverOf = (row: CollectionRow): CollectionCover | null =>
  row.cover_id === null
    ? null
    : ({
        id: row.cover_id,
        uuid: row.cover_uuid,
        extension: row.cover_extension,
        type: row.cover_type,
        width: row.cover_width,
        height: row.cover_height,
        nsfw_level: row.cover_nsfw_level,
      } as CollectionCover) // of one row of `image`, whose columns are not null
