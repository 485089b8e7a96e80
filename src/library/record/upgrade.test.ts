import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sql } from 'kysely'
import { migrations } from '../../db/migrations/index.ts'
import { openSqliteDatabase } from '../../db/sqlite/open.ts'
import { sqliteSql } from '../../db/sqlite/sql.ts'
import { openHasher } from '../hashing/hasher.ts'
import { safetensors, scanWhole, sha256Of } from '../library.fixture.ts'
import { openLibrary } from '../open.ts'

test('an upgraded hub reads its entries again without hashing, and models that become one keep the oldest id', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-upgrade-'))
  const [folder, file] = [join(directory, 'models'), join(directory, 'modelkeep.db')]
  const hasher = openHasher({ threads: 1 })
  try {
    await mkdir(join(folder, 'loras'), { recursive: true })
    const earlier = new DatabaseSync(file)
    earlier.exec('create table migration (id integer primary key, name text not null, applied_at bigint not null)')
    for (const { id, name, statements } of migrations.filter((migration) => migration.id <= 12)) {
      for (const statement of statements(sqliteSql)) earlier.exec(statement)
      earlier.exec(`insert into migration values (${id}, '${name}', 1)`)
    }
    earlier.exec(`insert into library_folder (id, path, added_at) values (1, '${folder}', 1)`)
    earlier.exec(
      `insert into id_sequence values ('model', 1000000002), ('model_version', 1000000002), ('model_file', 1000000002)`,
    )
    for (const number of [0, 1]) {
      const [id, stem] = [1_000_000_000 + number, `fox_v${number + 1}`]
      const bytes = safetensors(stem)
      const path = join(folder, 'loras', `${stem}.safetensors`)
      await writeFile(path, bytes)
      await utimes(path, 1_700_000_000 + number, 1_700_000_000 + number)
      const { ino, mtimeMs } = await stat(path)
      const sha256 = sha256Of(bytes)
      const hashes = JSON.stringify({
        SHA256: sha256,
        AutoV2: sha256.slice(0, 10),
        BLAKE3: sha256,
        CRC32: sha256.slice(0, 8),
      })
      earlier.exec(`
        insert into model (id, name, type, nsfw_level, status, availability, allow_no_credit, allow_commercial_use,
            allow_derivatives, allow_different_license, provenance, created_at, published_at, last_version_at, updated_at, listed)
          values (${id}, 'fox', 'LORA', 1, 'Published', 'Public', 1, '["None"]', 1, 1, '{}', 1, 1, 1, 1, 1);
        insert into model_version (id, model_id, position, name, base_model, trained_words, status, availability, nsfw_level,
            usage_control, upload_type, provenance, created_at, published_at, updated_at, file_count)
          values (${id}, ${id}, 0, 'v${number + 1}', 'Other', '[]', 'Published', 'Public', 1, 'Download', 'Created', '{}', 1, 1, 1, 1);
        insert into model_file (id, version_id, name, type, size_bytes, format, sha256, hashes, is_primary,
            pickle_scan_result, virus_scan_result, scanned_at, created_at)
          values (${id}, ${id}, '${stem}.safetensors', 'Model', ${bytes.length}, 'SafeTensor', '${sha256}', '${hashes}', 1, 'Success', 'Pending', 1, 1);
        insert into file_hash values ('${sha256}', 'SHA256', ${id});
        insert into library_entry (id, folder_id, directory, stem, fingerprint, trust, version_id, read_at)
          values (${number + 1}, 1, 'loras', '${stem}', 'as read', 0, ${id}, 1);
        insert into file_place (folder_id, path, entry_id, file_id, size_bytes, mtime_ms, inode)
          values (1, 'loras/${stem}.safetensors', ${number + 1}, ${id}, ${bytes.length}, ${Math.floor(mtimeMs)}, '${ino}')`)
    }
    earlier.exec(`insert into account_model values (1, 'favorite', 1000000001, 1);
      update model set login_only = 1, edited_at = 1 where id = 1000000001`)
    earlier.close()

    const database = await openSqliteDatabase(file)
    const library = openLibrary({ database, hasher, dataDirectory: directory, noteFound: async () => undefined })
    try {
      const { changed, hashedFiles } = await scanWhole(library)
      assert.deepEqual([changed, hashedFiles], [2, 0])
      const rows = async (query: string) => (await sql.raw(query).execute(database.kysely)).rows
      assert.deepEqual(await rows('select id, name, login_only from model'), [
        { id: 1_000_000_000, name: 'fox', login_only: 1 },
      ])
      assert.deepEqual(await rows('select id, model_id from model_version order by id'), [
        { id: 1_000_000_000, model_id: 1_000_000_000 },
        { id: 1_000_000_001, model_id: 1_000_000_000 },
      ])
      assert.deepEqual(await rows('select * from id_alias'), [
        { kind: 'model', old_id: 1_000_000_001, new_id: 1_000_000_000 },
      ])
      assert.deepEqual(await rows('select model_id from account_model'), [{ model_id: 1_000_000_000 }])
    } finally {
      await library.close()
      await database.close()
    }
  } finally {
    await hasher.close()
    await rm(directory, { recursive: true, force: true })
  }
})
