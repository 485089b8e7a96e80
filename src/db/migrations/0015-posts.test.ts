import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sqliteDialect } from '../sqlite/sql-dialect.ts'
import { migrations } from './index.ts'

test('images of an older database get the post of their version, of the first that they were made with, or their own', () => {
  const database = new DatabaseSync(':memory:')
  const run = (from: number, to: number) => {
    for (const { id, statements } of migrations)
      if (id >= from && id <= to) for (const statement of statements(sqliteDialect)) database.exec(statement)
  }
  run(1, 12)
  for (const id of [30, 20, 10])
    database.exec(`insert into model_version (id, model_id, position, name, base_model, trained_words, status, availability,
      nsfw_level, usage_control, upload_type, provenance, created_at, published_at, updated_at)
      values (${id}, 1, 0, 'v', 'Other', '[]', 'Published', 'Public', 1, 'Download', 'Created', '{}', 0, 0, 0)`)
  const versionOf: [number, number | null][] = [
    [1, 20],
    [2, 20],
    [3, 30],
    [4, null],
    [5, null],
    [6, null],
    [7, 99],
  ]
  for (const [id, version] of versionOf)
    database.exec(`insert into image (id, uuid, path, version_id, position, type, mime, extension, width, height, hash,
      size_bytes, mtime_ms, nsfw_level, random_key, created_at)
      values (${id}, 'u${id}', 'p', ${version}, 0, 'image', 'image/png', 'png', 1, 1, 'h', 1, 0, 1, 0, 0)`)
  database.exec('insert into image_version (image_id, version_id) values (1, 10), (4, 30), (4, 20)')
  run(15, 15)
  const all = (query: string) =>
    database
      .prepare(query)
      .all()
      .map((row) => Object.values(row))
  const [ofVersion20, ofVersion30] = [1_000_000_000, 1_000_000_001]
  assert.deepEqual(all('select id, post_id from model_version order by id'), [
    [10, null],
    [20, ofVersion20],
    [30, ofVersion30],
  ])
  const posts = all('select id, post_id from image order by id')
  assert.deepEqual(posts.slice(0, 4), [
    [1, ofVersion20],
    [2, ofVersion20],
    [3, ofVersion30],
    [4, ofVersion20],
  ])
  assert.deepEqual(posts.slice(4), [
    [5, 1_000_000_002],
    [6, 1_000_000_003],
    [7, 1_000_000_004],
  ])
  assert.deepEqual(all("select next_id from id_sequence where name = 'post'"), [[1_000_000_005]])
  database.close()
})
