import { sql, type Transaction } from 'kysely'
import type { Database } from '../db/database.ts'
import type { Schema } from '../db/schema.ts'
import { adjustCount } from './cached-counts.ts'

/*
 * The default creator is the account that publishes every model whose metadata names no creator (contract §2). It has no
 * email address, so nobody can sign in with it, and its username is taken for everyone else.
 */

/** Returns the id of the default creator's account. */
export async function defaultCreatorId(transaction: Transaction<Schema>): Promise<number> {
  const { account_id } = await transaction.selectFrom('default_creator').select('account_id').executeTakeFirstOrThrow()
  return account_id
}

/**
 * Gives the default creator the configured username, and returns the username that it has then. Where a person has the
 * username, the default creator gets the first free one of `<username>-2`, `<username>-3` and so on: a person never
 * becomes the publisher of models that are not theirs, and the hub still starts. Where metadata names a creator of that
 * username, or one of the previous username, models without a creator move to the account of the new one, and every
 * other model stays with its creator.
 */
export async function applyDefaultCreator(database: Database, configured: string): Promise<string> {
  const { username } = await database.write(
    async (transaction) => {
      const current = await transaction
        .selectFrom('default_creator')
        .innerJoin('account', 'account.id', 'default_creator.account_id')
        .select(['account.id', 'account.username'])
        .executeTakeFirstOrThrow()
      const wanted = await usableUsername(transaction, configured, current.id)
      if (wanted.username === current.username) return { ...wanted, isChanged: false }
      if (wanted.accountId === current.id || (!wanted.accountId && !(await isNamed(transaction, current.id))))
        await rename(transaction, current.id, wanted.username)
      else {
        const accountId = wanted.accountId ?? (await insertCreator(transaction, wanted.username))
        await moveModels(transaction, current.id, accountId)
      }
      return { ...wanted, isChanged: true }
    },
    { changes: ({ isChanged }) => (isChanged ? 'catalog' : []) },
  )
  return username
}

interface Usable {
  username: string
  /** The account that has the username already. */
  accountId: number | undefined
}

async function usableUsername(
  transaction: Transaction<Schema>,
  configured: string,
  currentId: number,
): Promise<Usable> {
  for (let number = 1; ; number++) {
    const username = number === 1 ? configured : `${configured}-${number}`
    const holder = await transaction
      .selectFrom('account')
      .select(['id', 'email'])
      .where('username_key', '=', username.toLowerCase())
      .executeTakeFirst()
    const isCreatorNamed = number === 1 && holder?.email === null
    if (!holder || holder.id === currentId || isCreatorNamed) return { username, accountId: holder?.id }
  }
}

/** Whether metadata names this account as the creator of a model or an image. Indexes `model_creator`, `image_creator`. */
async function isNamed(transaction: Transaction<Schema>, accountId: number): Promise<boolean> {
  const model = await transaction
    .selectFrom('model')
    .select('id')
    .where('creator_id', '=', accountId)
    .where('creator_is_default', '=', 0)
    .limit(1)
    .executeTakeFirst()
  if (model) return true
  const image = await transaction
    .selectFrom('image')
    .select('id')
    .where('creator_id', '=', accountId)
    .limit(1)
    .executeTakeFirst()
  return image !== undefined
}

const rename = (transaction: Transaction<Schema>, accountId: number, username: string) =>
  transaction
    .updateTable('account')
    .set({ username, username_key: username.toLowerCase(), name: username, updated_at: new Date().toISOString() })
    .where('id', '=', accountId)
    .execute()

async function insertCreator(transaction: Transaction<Schema>, username: string): Promise<number> {
  const at = new Date().toISOString()
  const { id } = await transaction
    .insertInto('account')
    .values({
      username,
      username_key: username.toLowerCase(),
      name: username,
      image: null,
      email: null,
      email_verified: 0,
      role: 'user',
      status: 'active',
      tier: 'free',
      model_count: 0,
      created_at: at,
      updated_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Makes another account the default creator. Reads every model once; the configuration changes rarely. */
async function moveModels(transaction: Transaction<Schema>, fromId: number, toId: number): Promise<void> {
  const { listed } = await transaction
    .selectFrom('model')
    .select((model) => model.fn.countAll<number>().as('listed'))
    .where('creator_is_default', '=', 1)
    .where('listed', '=', 1)
    .executeTakeFirstOrThrow()
  await moveCount(transaction, fromId, -Number(listed))
  await moveCount(transaction, toId, Number(listed))
  await transaction.updateTable('model').set({ creator_id: toId }).where('creator_is_default', '=', 1).execute()
  await transaction.updateTable('default_creator').set({ account_id: toId }).execute()
}

async function moveCount(transaction: Transaction<Schema>, accountId: number, by: number): Promise<void> {
  if (by === 0) return
  const { model_count: after } = await transaction
    .updateTable('account')
    .set({ model_count: sql<number>`model_count + ${by}` })
    .where('id', '=', accountId)
    .returning('model_count')
    .executeTakeFirstOrThrow()
  // An account that gets its first models, or loses its last ones, changes the length of /creators.
  if (after === 0 || after === by) await adjustCount(transaction, 'account', by > 0 ? 1 : -1)
}
