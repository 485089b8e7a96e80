import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { DiskFull, isDiskFull, openReserve } from './disk-space.ts'
import { openSqliteDatabase } from './sqlite/open.ts'

const withDirectory = async (run: (directory: string) => Promise<void>) => {
  const directory = await mkdtemp(join(tmpdir(), 'mk-space-'))
  try {
    await run(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

test('errors of a full disk and of a reached quota are told from others', () => {
  const withProperties = (properties: object) => Object.assign(new Error('x'), properties)
  for (const properties of [
    { code: 'ENOSPC' },
    { code: 'EDQUOT' },
    { errcode: 13 },
    { errcode: 778 },
    { errcode: 4874 },
    { cause: withProperties({ code: 'ENOSPC' }) },
  ])
    assert.ok(isDiskFull(withProperties(properties)), JSON.stringify(properties))
  assert.ok(isDiskFull(new DiskFull('x')))
  for (const error of [{ code: 'ENOENT' }, { errcode: 5 }, { errcode: 10 }, { errcode: 2067 }, {}].map(withProperties))
    assert.ok(!isDiskFull(error))
  for (const error of [undefined, null, 'ENOSPC', { errcode: 13 }]) assert.ok(!isDiskFull(error))
})

test('the reserve is allocated in parts, freed one by one, and filled again', () =>
  withDirectory(async (directory) => {
    const reserve = openReserve(join(directory, 'x.db'))
    assert.equal(await reserve.release(), false, 'nothing is reserved yet')
    await Promise.all([reserve.refill(), openReserve(join(directory, 'x.db')).refill()])
    const names = await readdir(directory)
    assert.equal(names.length, 4, names.join())
    for (const name of names) {
      const { blocks, size, mode } = await stat(join(directory, name))
      assert.ok(blocks * 512 >= size && size > 0, 'it takes its space')
      assert.equal(mode & 0o077, 0)
    }
    for (let part = 4; part > 0; part--) {
      assert.equal(await reserve.release(), true)
      assert.equal((await readdir(directory)).length, part - 1)
    }
    assert.equal(await reserve.release(), false)
    await reserve.refill()
    assert.equal((await readdir(directory)).length, 4)
  }))

test('a database that cannot grow rejects changes, is not writable, and recovers', () =>
  withDirectory(async (directory) => {
    const database = await openSqliteDatabase(join(directory, 'x.db'))
    try {
      const limit = async (pages: number) =>
        void (await database.kysely.executeQuery(sql.raw(`pragma max_page_count = ${pages}`).compile(database.kysely)))
      const add = (options?: { usesReserve: true }) =>
        database.write(
          (transaction) =>
            transaction
              .insertInto('library_folder')
              .values({ path: `/${'x'.repeat(100_000)}`, added_at: 0, scanned_at: null })
              .execute(),
          options,
        )
      assert.equal(await database.isWritable(), true)
      await limit(1)
      await database.reserve.refill()
      await assert.rejects(add(), DiskFull)
      assert.equal(database.diskFullCount(), 1)
      assert.equal(await database.isWritable(), false)
      await assert.rejects(add({ usesReserve: true }), DiskFull)
      assert.equal(await database.reserve.release(), false, 'each part was freed for it')
      assert.equal((await database.kysely.selectFrom('library_folder').selectAll().execute()).length, 0)
      await limit(1_000_000)
      await add()
      assert.equal((await database.kysely.selectFrom('library_folder').selectAll().execute()).length, 1)
    } finally {
      await database.close()
    }
  }))
