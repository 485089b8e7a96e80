import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../test/eventually.ts'
import type { Database } from '../db/database.ts'
import { openSqliteDatabase } from '../db/sqlite/open.ts'
import { insertModel } from './catalog.fixture.ts'
import { openDownloadCounts } from './download-counts.ts'

async function withModel(run: (database: Database, download: { versionId: number; modelId: number }) => Promise<void>) {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-counts-'))
  const database = await openSqliteDatabase(join(directory, 'modelkeep.db'))
  try {
    const model = await insertModel(database)
    await run(database, { modelId: model.id, versionId: model.versions[0]?.id ?? 0 })
  } finally {
    await database.close()
    await rm(directory, { recursive: true })
  }
}

const daysOf = (database: Database) =>
  database.write((transaction) =>
    transaction.selectFrom('download_day').select(['day', 'downloads']).orderBy('day').execute(),
  )

/** The downloads of the one model, together. */
const downloadsOf = (database: Database) =>
  database.write(
    async (transaction) =>
      (await transaction.selectFrom('model').select('download_count').executeTakeFirst())?.download_count,
  )

test('many downloads are one change of the catalog, and each day has its own count', () =>
  withModel(async (database, download) => {
    let now = 86_400_000 * 5 - 1
    const counts = openDownloadCounts({
      database,
      now: () => now,
      onError: (error) => assert.ifError(error),
      writeAfterMs: 50,
    })
    const before = database.catalogRevision()
    for (let index = 0; index < 100; index++) counts.add(download)
    now++
    counts.add(download)
    await eventually(async () => (await downloadsOf(database)) === 101, 'the counts are written')
    assert.equal(database.catalogRevision(), before + 1)
    counts.add(download)
    await counts.close()
    assert.deepEqual(
      (await daysOf(database)).map((row) => ({ ...row })),
      [
        { day: 4, downloads: 100 },
        { day: 5, downloads: 2 },
      ],
    )
    assert.equal(await downloadsOf(database), 102)
  }))

test('what could not be written is told and written later', () =>
  withModel(async (database, download) => {
    const errors: unknown[] = []
    const counts = openDownloadCounts({
      database,
      now: () => 0,
      onError: (error) => errors.push(error),
      writeAfterMs: 30,
    })
    const rename = (from: string, to: string) =>
      database.write((transaction) => transaction.schema.alterTable(from).renameTo(to).execute())
    await rename('download_day', 'away')
    counts.add(download)
    await eventually(() => errors.length > 0, 'the failure is told')
    await rename('away', 'download_day')
    await counts.close()
    assert.deepEqual(
      (await daysOf(database)).map(({ downloads }) => downloads),
      [1],
    )
  }))

test('downloads that wait count for the version and the model that took the place of theirs', () =>
  withModel(async (database, kept) => {
    const replaced = { versionId: 900, modelId: 901 }
    const counts = openDownloadCounts({
      database,
      now: () => 0,
      writeAfterMs: 60_000,
      onError: (error) => assert.ifError(error),
    })
    counts.add(replaced)
    counts.add(kept)
    await database.write((transaction) =>
      transaction
        .insertInto('id_alias')
        .values([
          { kind: 'model_version', old_id: replaced.versionId, new_id: kept.versionId },
          { kind: 'model', old_id: replaced.modelId, new_id: kept.modelId },
        ])
        .execute(),
    )
    await counts.close()
    assert.equal(await downloadsOf(database), 2)
    const days = await database.kysely.selectFrom('download_day').selectAll().execute()
    assert.deepEqual(
      days.map((row) => ({ ...row })),
      [{ version_id: kept.versionId, day: 0, downloads: 2 }],
    )
  }))
