import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sql } from 'kysely'
import { migrations } from '../../db/migrations/index.ts'
import { openSqliteDatabase } from '../../db/sqlite/open.ts'
import { sqliteDialect } from '../../db/sqlite/sql-dialect.ts'
import { openHasher } from '../hashing/hasher.ts'
import { safetensors, scanWhole, sha256Of } from '../library.fixture.ts'
import { openLibrary } from '../open.ts'

const first = 1_000_000_000

test('an upgraded hub reads its entries again without hashing, and merged models keep the oldest id', () =>
  withEarlierHub(['loras/fox_v1', 'loras/fox_v2'], async ({ earlier, upgrade }) => {
    earlier.exec(`insert into account_model values (1, 'favorite', ${first + 1}, 1);
      update model set login_only = 1, edited_at = 1 where id = ${first + 1}`)
    const { changed, hashedFiles, rows } = await upgrade()
    assert.deepEqual([changed, hashedFiles], [2, 0])
    assert.deepEqual(await rows('select id, name, login_only from model'), [{ id: first, name: 'fox', login_only: 1 }])
    assert.deepEqual(await rows('select id, model_id from model_version order by id'), [
      { id: first, model_id: first },
      { id: first + 1, model_id: first },
    ])
    assert.deepEqual(await rows('select * from id_alias'), [{ kind: 'model', old_id: first + 1, new_id: first }])
    assert.deepEqual(await rows('select model_id from account_model'), [{ model_id: first }])
  }))

test('shards that were separate models become one model, and every earlier id resolves to it', () =>
  withEarlierHub(['llm/big-00002-of-00003', 'llm/big-00001-of-00003', 'llm/big-00003-of-00003'], async (hub) => {
    hub.earlier.exec(`insert into account_model values (1, 'favorite', ${first + 2}, 1)`)
    const { hashedFiles, rows } = await hub.upgrade()
    assert.equal(hashedFiles, 0)
    assert.deepEqual(await rows('select id, name from model'), [{ id: first, name: 'big' }])
    assert.deepEqual(await rows('select id, version_id from model_file order by id'), [
      { id: first, version_id: first },
      { id: first + 1, version_id: first },
      { id: first + 2, version_id: first },
    ])
    assert.deepEqual(await rows('select * from lost_file'), [])
    assert.deepEqual(await rows('select kind, old_id, new_id from id_alias order by kind, old_id'), [
      { kind: 'model', old_id: first + 1, new_id: first },
      { kind: 'model', old_id: first + 2, new_id: first },
      { kind: 'model_version', old_id: first + 1, new_id: first },
      { kind: 'model_version', old_id: first + 2, new_id: first },
    ])
    assert.deepEqual(await rows('select model_id from account_model'), [{ model_id: first }])
  }))

test('components that were separate models become one pipeline, except a copy elsewhere', () => {
  const stems = ['pipe/unet/model', 'pipe/vae/model', 'pipe/text_encoder/model', 'vae/copy']
  const contents = ['unet', 'vae', 'text', 'vae']
  const run = async ({ put, upgrade }: EarlierHub) => {
    await put('pipe/model_index.json', '{"unet":["",""],"vae":["",""],"text_encoder":["",""]}')
    const { rows } = await upgrade()
    assert.deepEqual(await rows('select id, name from model order by id'), [
      { id: first, name: 'pipe' },
      { id: first + 3, name: 'copy' },
    ])
    assert.deepEqual(await rows('select kind, old_id, new_id from id_alias order by kind, old_id'), [
      { kind: 'model', old_id: first + 1, new_id: first },
      { kind: 'model', old_id: first + 2, new_id: first },
      { kind: 'model_version', old_id: first + 1, new_id: first },
      { kind: 'model_version', old_id: first + 2, new_id: first },
    ])
  }
  return withEarlierHub(stems, run, contents)
})

interface EarlierHub {
  /** The database as an earlier version of the hub left it. */
  earlier: DatabaseSync
  put(path: string, content: Uint8Array | string): Promise<void>
  /** Opens the database with the current version and scans the folder; called once, after changes with `earlier`. */
  upgrade(): Promise<{
    changed: number
    hashedFiles: number
    rows: (query: string) => Promise<unknown[]>
  }>
}

/**
 * Runs with a folder of `.safetensors` files and the database that the first version creates for it: each file is a
 * separate model, the first with the ids 1,000,000,000. `stems` are paths without extensions; files with equal
 * `contents` have the same bytes.
 */
async function withEarlierHub(
  stems: readonly string[],
  run: (hub: EarlierHub) => Promise<void>,
  contents: readonly string[] = stems,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-upgrade-'))
  const [folder, file] = [join(directory, 'models'), join(directory, 'modelkeep.db')]
  const hasher = openHasher({ threads: 1 })
  const earlier = new DatabaseSync(file)
  const closing: (() => Promise<unknown>)[] = []
  const put = async (path: string, content: Uint8Array | string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
    await utimes(join(folder, path), 1_700_000_000, 1_700_000_000)
  }
  try {
    createEarlierTables(earlier, folder, stems.length)
    for (const [number, stem] of stems.entries()) {
      const bytes = safetensors(contents[number] ?? stem)
      await put(`${stem}.safetensors`, bytes)
      await insertEarlier(earlier, { number, stem, bytes, folder })
    }
    await run({
      earlier,
      put,
      async upgrade() {
        earlier.close()
        const database = await openSqliteDatabase(file)
        closing.unshift(() => database.close())
        const library = openLibrary({
          database,
          hasher,
          dataDirectory: directory,
          onTokensFound: async () => undefined,
        })
        closing.unshift(() => library.close())
        const { changed, hashedFiles } = await scanWhole(library)
        return {
          changed,
          hashedFiles,
          rows: async (query) => (await sql.raw(query).execute(database.kysely)).rows,
        }
      },
    })
  } finally {
    for (const close of closing) await close()
    await hasher.close()
    await rm(directory, { recursive: true, force: true })
  }
}

function createEarlierTables(earlier: DatabaseSync, folder: string, models: number): void {
  earlier.exec('create table migration (id integer primary key, name text not null, applied_at bigint not null)')
  for (const { id, name, statements } of migrations.filter((migration) => migration.id <= 12)) {
    for (const statement of statements(sqliteDialect)) earlier.exec(statement)
    earlier.exec(`insert into migration values (${id}, '${name}', 1)`)
  }
  earlier.exec(`insert into library_folder (id, path, added_at) values (1, '${folder}', 1)`)
  for (const table of ['model', 'model_version', 'model_file'])
    earlier.exec(`insert into id_sequence values ('${table}', ${first + models})`)
}

async function insertEarlier(
  earlier: DatabaseSync,
  { number, stem, bytes, folder }: { number: number; stem: string; bytes: Buffer; folder: string },
): Promise<void> {
  const id = first + number
  const path = `${stem}.safetensors`
  const { ino, mtimeMs } = await stat(join(folder, path))
  const sha256 = sha256Of(bytes)
  const [autoV2, crc32] = [sha256.slice(0, 10), sha256.slice(0, 8)]
  const hashes = JSON.stringify({ SHA256: sha256, AutoV2: autoV2, BLAKE3: sha256, CRC32: crc32 })
  earlier.exec(`
    insert into model (id, name, type, nsfw_level, status, availability, allow_no_credit, allow_commercial_use,
        allow_derivatives, allow_different_license, provenance, created_at, published_at, last_version_at, updated_at, listed)
      values (${id}, '${basename(stem)}', 'LORA', 1, 'Published', 'Public', 1, '["None"]', 1, 1, '{}', 1, 1, 1, 1, 1);
    insert into model_version (id, model_id, position, name, base_model, trained_words, status, availability, nsfw_level,
        usage_control, upload_type, provenance, created_at, published_at, updated_at, file_count)
      values (${id}, ${id}, 0, 'v1.0', 'Other', '[]', 'Published', 'Public', 1, 'Download', 'Created', '{}', 1, 1, 1, 1);
    insert into model_file (id, version_id, name, type, size_bytes, format, sha256, hashes, is_primary,
        pickle_scan_result, virus_scan_result, scanned_at, created_at)
      values (${id}, ${id}, '${basename(path)}', 'Model', ${bytes.length}, 'SafeTensor', '${sha256}', '${hashes}', 1,
        'Success', 'Pending', 1, 1);
    insert into file_hash values ('${sha256}', 'SHA256', ${id});
    insert into library_entry (id, folder_id, directory, stem, fingerprint, trust, version_id, read_at)
      values (${number + 1}, 1, '${dirname(stem)}', '${basename(stem)}', 'as read', 0, ${id}, 1);
    insert into file_place (folder_id, path, entry_id, file_id, size_bytes, mtime_ms, inode)
      values (1, '${path}', ${number + 1}, ${id}, ${bytes.length}, ${Math.floor(mtimeMs)}, '${ino}')`)
}
