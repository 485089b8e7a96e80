import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../db/database.ts'
import { insertModel, insertModels } from './catalog.fixture.ts'
import { openCreators } from './creators.ts'
import { applyDefaultCreator } from './default-creator.ts'
import { withModels } from './models/models.fixture.ts'

test('a new username renames the account that publishes models without a creator', () =>
  withModels(async ({ database }) => {
    await insertModels(database, [{ creator: null }, { creator: null }, { creator: 'Ann' }])
    const revision = database.catalogRevision()
    assert.equal(await applyDefaultCreator(database, 'Studio'), 'Studio')
    assert.deepEqual(await published(database), [
      ['Ann', 1],
      ['Studio', 2],
    ])
    assert.equal(database.catalogChangesSince(revision), 'catalog')
    assert.deepEqual(await usernames(database), ['Ann', 'Studio'], 'no account is left over')

    const after = database.catalogRevision()
    assert.equal(await applyDefaultCreator(database, 'Studio'), 'Studio')
    assert.equal(database.catalogRevision(), after, 'the same username changes nothing')
    assert.equal(await applyDefaultCreator(database, 'studio'), 'studio', 'letter case alone')
    assert.deepEqual(await usernames(database), ['Ann', 'studio'])
  }))

test('a creator that metadata names keeps models of its own when the default creator shares its username', () =>
  withModels(async ({ database }) => {
    await insertModels(database, [{ creator: null }, { creator: 'local' }, { creator: 'Studio' }])
    assert.deepEqual(await published(database), [
      ['local', 2],
      ['Studio', 1],
    ])
    await applyDefaultCreator(database, 'Studio')
    assert.deepEqual(await published(database), [
      ['local', 1],
      ['Studio', 2],
    ])
    await applyDefaultCreator(database, 'other')
    assert.deepEqual(await published(database), [
      ['local', 1],
      ['other', 1],
      ['Studio', 1],
    ])
  }))

test("a person's account never becomes the default creator", () =>
  withModels(async ({ database }) => {
    await insertModel(database, { creator: null })
    await addPerson(database, 'Ada')
    assert.equal(await applyDefaultCreator(database, 'ada'), 'ada-2')
    assert.deepEqual(await published(database), [['ada-2', 1]])
    assert.equal(await applyDefaultCreator(database, 'ada'), 'ada-2', 'at the next start as well')
    assert.deepEqual(await usernames(database), ['Ada', 'ada-2'])
  }))

test('an account of a creator without models takes no part in the length of the list', () =>
  withModels(async ({ database }) => {
    await insertModel(database, { creator: 'local' })
    await applyDefaultCreator(database, 'studio')
    assert.deepEqual(await published(database), [['local', 1]])
  }))

/** Usernames with their numbers of models, as GET /creators lists them; its total is checked against them. */
async function published(database: Database): Promise<[string, number][]> {
  const { items, totalItems } = await openCreators(database).list({ limit: 100, offset: 0 })
  assert.equal(totalItems, items.length)
  return items.map(({ username, model_count }) => [username, model_count])
}

async function usernames({ kysely }: Database): Promise<string[]> {
  const rows = await kysely.selectFrom('account').select('username').orderBy('username_key').execute()
  return rows.map(({ username }) => username)
}

async function addPerson(database: Database, username: string): Promise<void> {
  await insertModel(database, { creator: username })
  await database.write(async (transaction) => {
    const { id } = await transaction
      .updateTable('account')
      .set({ email: 'ada@example.org', model_count: 0 })
      .where('username', '=', username)
      .returning('id')
      .executeTakeFirstOrThrow()
    await transaction.deleteFrom('model').where('creator_id', '=', id).execute()
    await transaction
      .updateTable('kept_count')
      .set((row) => ({ count: row('count', '-', 1) }))
      .where('name', '=', 'account')
      .execute()
  })
}
