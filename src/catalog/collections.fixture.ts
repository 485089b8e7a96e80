import type { Insertable } from 'kysely'
import type { Database } from '../db/database.ts'
import type { CollectionTable } from '../db/tables/catalog.ts'

export type CollectionFixture = { [Column in keyof CollectionTable]?: Insertable<CollectionTable>[Column] | undefined }

/** Inserts a collection of account 1, public and PG where it does not say otherwise, and gives its id. */
export async function insertCollection(
  database: Database,
  { name = 'Collection', cover_image_id = null, ...given }: CollectionFixture = {},
): Promise<number> {
  const row = {
    account_id: 1,
    name,
    name_key: name.toLowerCase(),
    description: null,
    type: 'Model',
    read: 'Public',
    nsfw_level: 1,
    cover_image_id,
    item_count: 0,
    follower_count: 0,
    created_at: 0,
    ...given,
  } as Insertable<CollectionTable>
  const { insertId } = await database.write(
    (transaction) => transaction.insertInto('collection').values(row).executeTakeFirstOrThrow(),
    { changes: 'catalog' },
  )
  return Number(insertId)
}
