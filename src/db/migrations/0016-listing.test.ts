import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openSqliteDatabase } from '../sqlite/open.ts'
import { sqliteDialect } from '../sqlite/sql-dialect.ts'
import { migrations } from './index.ts'

test('models of an earlier hub get the default creator, and /creators counts it', () =>
  withEarlierDatabase(async (earlier, upgrade) => {
    earlier.exec(`${account(1, 'ann', null, 1)}; ${model(1, 1, 1)}; ${model(2, null, 1)}; ${model(3, null, 0)}`)
    const rows = await upgrade()
    assert.deepEqual(rows(creators), [
      { id: 1, username: 'ann', is_default: 0, listed: 1 },
      { id: 2, username: 'local', is_default: 1, listed: 1 },
      { id: 3, username: 'local', is_default: 1, listed: 1 },
    ])
    assert.deepEqual(rows("select count from kept_count where name = 'account'"), [{ count: 2 }])
  }))

test('an upgrade uses the account of a creator called local, and never the one of a person', async () => {
  await withEarlierDatabase(async (earlier, upgrade) => {
    earlier.exec(`${account(1, 'Local', null, 1)}; ${model(1, 1, 1)}; ${model(2, null, 1)}`)
    const rows = await upgrade()
    assert.deepEqual(rows(creators), [
      { id: 1, username: 'Local', is_default: 0, listed: 2 },
      { id: 2, username: 'Local', is_default: 1, listed: 2 },
    ])
  })
  await withEarlierDatabase(async (earlier, upgrade) => {
    earlier.exec(
      `${account(1, 'local', 'person@example.org', 0)}; ${account(2, 'LOCAL-2', null, 0)}; ${model(2, null, 1)}`,
    )
    const rows = await upgrade()
    assert.deepEqual(rows(creators), [{ id: 2, username: 'local-3', is_default: 1, listed: 1 }])
  })
})

test('models of an earlier hub get the counts of their versions, and keep what the hub counted', () =>
  withEarlierDatabase(async (earlier, upgrade) => {
    earlier.exec(`${model(1, null, 1)}; ${version(10, 1, [100, 9, 2])}; ${version(11, 1, [20, 1, 0])};
      ${model(2, null, 1)}; ${version(20, 2, [7, 7, 7])};
      update model set download_count = 3, thumbs_up_count = 1 where id = 1;
      insert into account_model (account_id, kind, model_id, created_at) values (1, 'favorite', 1, 1);
      update model set imported_download_count = 500, download_count = 502, thumbs_up_count = 50 where id = 2`)
    const rows = await upgrade()
    assert.deepEqual(
      rows(`select id, download_count - imported_download_count as own, imported_download_count as downloads,
        thumbs_up_count as up, thumbs_down_count as down from model order by id`),
      [
        { id: 1, own: 3, downloads: 120, up: 11, down: 2 },
        { id: 2, own: 2, downloads: 500, up: 50, down: 7 },
      ],
    )
  }))

test('models of an earlier hub get the levels of their versions with images', () =>
  withEarlierDatabase(async (earlier, upgrade) => {
    earlier.exec(`${model(1, null, 1)}; ${version(10, 1, [0, 0, 0])}; ${version(11, 1, [0, 0, 0])}; ${image(10, 8)};
      ${image(10, 4)}; ${model(2, null, 1)}; ${version(20, 2, [0, 0, 0])}; ${model(3, null, 1)};
      update model set nsfw_level = 9 where id = 1; update model set nsfw = 1, nsfw_level = 28 where id = 3`)
    const rows = await upgrade()
    assert.deepEqual(rows('select id, nsfw_level as level from model order by id'), [
      { id: 1, level: 12 },
      { id: 2, level: 1 },
      { id: 3, level: 28 },
    ])
  }))

const creators = `select model.id, username, creator_is_default as is_default, model_count as listed
  from model join account on account.id = creator_id order by model.id`

const account = (id: number, username: string, email: string | null, models: number) =>
  `insert into account (id, username, username_key, name, email, model_count, created_at, updated_at)
    values (${id}, '${username}', '${username.toLowerCase()}', '${username}', ${email && `'${email}'`}, ${models}, '', '')`

const model = (id: number, creatorId: number | null, listed: 0 | 1) =>
  `insert into model (id, name, type, nsfw_level, status, availability, creator_id, allow_no_credit,
      allow_commercial_use, allow_derivatives, allow_different_license, provenance, created_at, published_at,
      last_version_at, updated_at, listed)
    values (${id}, 'Model ${id}', 'LORA', 1, 'Published', 'Public', ${creatorId}, 1, '[]', 1, 1, '{}', 1, 1, 1, 1, ${listed})`

const version = (id: number, modelId: number, [downloads, up, down]: readonly [number, number, number]) =>
  `insert into model_version (id, model_id, position, name, base_model, trained_words, status, availability, nsfw_level,
      usage_control, upload_type, imported_download_count, download_count, thumbs_up_count, thumbs_down_count,
      provenance, created_at, published_at, updated_at)
    values (${id}, ${modelId}, 0, 'v1', 'Other', '[]', 'Published', 'Public', 1, 'Download', 'Created', ${downloads},
      ${downloads}, ${up}, ${down}, '{}', 1, 1, 1)`

const image = (versionId: number, level: number) =>
  `insert into image (uuid, path, version_id, position, type, mime, extension, width, height, hash, size_bytes, mtime_ms,
      nsfw_level, random_key, created_at)
    values ('${versionId} ${level}', 'a.png', ${versionId}, 0, 'image', 'image/png', 'png', 1, 1, '', 1, 1, ${level}, 1, 1)`

type Rows = (query: string) => Record<string, unknown>[]

/** A database as it was before this migration; `upgrade` opens it with the current program. */
async function withEarlierDatabase(
  run: (earlier: DatabaseSync, upgrade: () => Promise<Rows>) => Promise<void>,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-migration-'))
  const file = join(directory, 'modelkeep.db')
  const earlier = new DatabaseSync(file)
  try {
    earlier.exec('create table migration (id integer primary key, name text not null, applied_at bigint not null)')
    for (const { id, name, statements } of migrations.filter((migration) => migration.id < 16)) {
      for (const statement of statements(sqliteDialect)) earlier.exec(statement)
      earlier.prepare('insert into migration values (?, ?, 0)').run(id, name)
    }
    await run(earlier, async () => {
      await (await openSqliteDatabase(file)).close()
      return (query) =>
        earlier
          .prepare(query)
          .all()
          .map((row) => ({ ...row }))
    })
  } finally {
    earlier.close()
    await rm(directory, { recursive: true })
  }
}
