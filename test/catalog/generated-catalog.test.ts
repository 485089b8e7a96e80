import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { fillCatalog } from '../../bench/catalog/fill.ts'
import {
  type CatalogPlan,
  type GeneratedModel,
  type GeneratedVersion,
  generateModel,
  shortHashOfFile,
} from '../../bench/catalog/generate.ts'
import { openSqliteSink } from '../../bench/catalog/sqlite-sink.ts'
import type { Database } from '../../src/db/database.ts'
import { openSqliteDatabase } from '../../src/db/sqlite/open.ts'
import type { EntryFacts } from '../../src/library/entries/entry-facts.ts'
import { openRecorder } from '../../src/library/record/open-recorder.ts'

const plan: CatalogPlan = { models: 30, seed: 7, until: Date.UTC(2026, 5, 1) }

test('a generated catalog is what the importer makes of the same models', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-generated-'))
  const databases: Database[] = []
  const open = async (name: string) => {
    const database = await openSqliteDatabase(join(directory, name))
    databases.push(database)
    return database
  }
  try {
    await fillCatalog(plan, await openSqliteSink(join(directory, 'generated.db')))
    const generated = await open('generated.db')
    const imported = await open('imported.db')
    await importModels(imported, directory)
    for (const query of derived)
      assert.deepEqual(await rowsOf(generated, query), await rowsOf(imported, query), `rows of ${query}`)
  } finally {
    for (const database of databases) await database.close()
    await rm(directory, { recursive: true, force: true })
  }
})

test('the same plan makes the same catalog, another seed another one', () => {
  assert.deepEqual(generateModel(plan, 11), generateModel(plan, 11))
  assert.notDeepEqual(generateModel(plan, 11), generateModel({ ...plan, seed: 8 }, 11))
})

/** What the importer derives, in words where ids are given in the order of meeting. */
const derived = [
  `select id, name, type, nsfw_level, image_count, download_count, published_at, last_version_at, listed,
     (select username from account where account.id = creator_id) as creator from model order by id`,
  `select id, model_id, position, base_model, trained_words, status, nsfw_level, file_count, published_at
     from model_version order by id`,
  `select id, version_id, type, format, sha256, hashes, is_primary, pickle_scan_result, size_bytes
     from model_file order by id`,
  'select hash, kind, file_id from file_hash order by hash, kind, file_id',
  'select name, name_key, model_count from tag where model_count > 0 order by name_key',
  'select username, username_key, model_count from account where model_count > 0 order by username_key',
  'select name_key, model_id from model_tag join tag on tag.id = tag_id order by name_key, model_id',
  `select id, version_id, model_id, position, type, mime, extension, nsfw_level, base_model, meta, has_positive_prompt,
     created_at from image order by id`,
  'select name, count from kept_count order by name',
  'select hash, image_id from image_hash order by hash, image_id',
  'select image_id, version_id from image_version order by image_id, version_id',
  'select rowid, name, creator, trained_words from model_text order by rowid',
  ...['dodo', 'model', 'kugi', 'gido OR fedo'].map(
    (words) => `select rowid from model_text where model_text match '${words}' order by rowid`,
  ),
]

const rowsOf = async ({ kysely }: Database, query: string) => (await sql.raw(query).execute(kysely)).rows

async function importModels(database: Database, directory: string): Promise<void> {
  const recorder = openRecorder({ database, ownedFolder: join(directory, 'images') })
  for (let number = 0; number < plan.models; number++) {
    const model = generateModel(plan, number)
    const entries = model.versions.map((version) => ({
      folderId: 1,
      facts: factsOf(model, version),
      problems: [],
    }))
    assert.deepEqual(await recorder.record(entries), [])
  }
}

/** A version as it would be read from a folder, with a sidecar that tells all of it. */
function factsOf(model: GeneratedModel, version: GeneratedVersion): EntryFacts {
  const path = `${model.id}/${version.id}`
  const stats = ({ downloads, thumbsUp }: { downloads: number; thumbsUp: number }) => ({
    downloadCount: downloads,
    thumbsUpCount: thumbsUp,
  })
  return {
    stem: path,
    fingerprint: path,
    trust: 2,
    identity: {
      model: {
        id: model.id,
        name: model.name,
        type: model.type,
        tags: model.tags,
        nsfw: model.nsfw,
        creator: { username: model.creator },
        stats: stats(model),
      },
      version: {
        id: version.id,
        name: version.name,
        baseModel: version.baseModel,
        trainedWords: version.trainedWords,
        publishedAt: version.publishedAt,
        stats: stats(version),
      },
      file: { type: 'Model', format: 'SafeTensor' },
      images: [],
      provenance: {},
      problems: [],
    },
    files: version.files.map((file) => ({
      file: { path: `${path}/${file.name}`, sizeBytes: file.sizeBytes, mtimeMs: plan.until, inode: String(file.id) },
      hashes: file.hashes,
      identity: { id: file.id, type: file.type, format: file.format, size: file.size, fp: file.fp },
    })),
    images: version.images.map((image, position) => ({
      id: image.id,
      path: `${path}/${image.id}`,
      owned: false,
      sizeBytes: 1,
      mtimeMs: version.publishedAt + position,
      type: image.type,
      mime: image.type === 'video' ? 'video/mp4' : 'image/jpeg',
      width: 1,
      height: 1,
      blurHash: '',
      nsfwLevel: image.level,
      meta: image.meta,
      holdsToken: false,
      modelHashes: image.madeWith.map((file) => shortHashOfFile(plan, file)),
    })),
  }
}
