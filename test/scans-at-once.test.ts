import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { civitaiInfo, safetensors } from '../src/library/library.fixture.ts'

/*
 * Scans of several processes, and scans that are killed: whatever happens, the next scan to end leaves the catalog that
 * one undisturbed scan makes.
 */

const program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const entryCount = 90
let directory = ''
let folder = ''
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modelkeep-at-once-'))
  folder = join(directory, 'models')
  await mkdir(folder)
  for (let number = 0; number < entryCount; number++) {
    const bytes = safetensors(`number ${number}`)
    await put(`m${number}.safetensors`, bytes)
    // A third has no sidecar; the others share models, tags and creators.
    const ids = { modelId: 1 + (number % 20), versionId: 1000 + number }
    const more = {
      creator: { username: `maker${number % 3}` },
      model: { name: `Model ${ids.modelId}`, type: 'LORA', tags: ['all', `tag${ids.modelId % 5}`] },
      publishedAt: new Date(Date.UTC(2024, 0, 1 + number)).toISOString(),
    }
    if (number % 3 > 0) await put(`m${number}.civitai.info`, civitaiInfo(ids, bytes, more))
  }
})
after(() => rm(directory, { recursive: true, force: true }))

async function put(name: string, content: Uint8Array | string) {
  await writeFile(join(folder, name), content)
  const hourAgo = Date.now() / 1000 - 3600
  await utimes(join(folder, name), hourAgo, hourAgo)
}

const line = (data: string) => [program, 'scan', folder, '--data', join(directory, data), '--json']
const scan = (data: string) => promisify(execFile)(process.execPath, line(data), { encoding: 'utf8' })

/** All that the catalog holds but ids of its own, uuids and times of recording. */
function catalogOf(data: string) {
  const database = new DatabaseSync(join(directory, data, 'modelkeep.db'), { readOnly: true })
  const rows = (query: string) =>
    database
      .prepare(query)
      .all()
      .map((row) => ({ ...row }))
  try {
    return {
      files: rows(`select path, sha256, file_count, is_primary, position, model_version.name as version, model.name,
        iif(model.id < 1000000000, model.id, 0) as id, listed, username, model_text.creator as text_creator
        from file_place join model_file on model_file.id = file_id join model_version on model_version.id = version_id
        join model on model.id = model_id left join account on account.id = creator_id
        left join model_text on model_text.rowid = model.id order by path`),
      tags: rows('select name, model_count from tag order by name'),
      creators: rows('select username, model_count from account order by username'),
      counts: rows(`select (select count(*) from model) as models, (select count(*) from model_version) as versions,
        (select count(*) from model_file) as files, (select count(*) from file_hash) as hashes,
        (select count(*) from library_entry) as entries, (select count(*) from model_tag) as tags,
        (select count(*) from model_text) as texts, (select count(*) from lost_file) as lost`),
    }
  } finally {
    database.close()
  }
}

function countOf(data: string, table: string): number {
  const file = join(directory, data, 'modelkeep.db')
  if (!existsSync(file)) return 0
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    return Number(database.prepare(`select count(*) as count from ${table}`).get()?.count)
  } catch {
    return 0 // the table is not made yet
  } finally {
    database.close()
  }
}

test('two processes that scan one folder at once, and one alone, make the same catalog', async () => {
  await scan('alone')
  await Promise.all([scan('together'), scan('together')])
  const alone = catalogOf('alone')
  assert.equal(alone.files.length, entryCount)
  assert.deepEqual(catalogOf('together'), alone)
})

test('a scan that is killed at any moment is finished by the next one', async () => {
  const data = 'killed'
  let kills = 0
  for (const least of [1, entryCount / 2]) {
    const child = spawn(process.execPath, line(data), { stdio: 'ignore' })
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('close', (_, signal) => resolve(signal)))
    while (child.exitCode === null && countOf(data, 'library_entry') < least) await delay(5)
    child.kill('SIGKILL')
    if ((await ended) === 'SIGKILL') kills++
  }
  assert.ok(kills > 0, 'one was killed before its end')
  await scan(data)
  assert.deepEqual(catalogOf(data), catalogOf('alone'))
})

test('files that are renamed keep their ids when two processes notice at once, or one is killed over it', async () => {
  const idsOf = (data: string) => {
    const database = new DatabaseSync(join(directory, data, 'modelkeep.db'), { readOnly: true })
    try {
      const query = 'select sha256, id, version_id from model_file order by sha256'
      return database
        .prepare(query)
        .all()
        .map((row) => ({ ...row }))
    } finally {
      database.close()
    }
  }
  const renameAll = async (from: string, to: string) => {
    for (let number = 0; number < entryCount; number += 3)
      await rename(join(folder, `${from}${number}.safetensors`), join(folder, `${to}${number}.safetensors`))
  }
  const before = idsOf('together')
  await renameAll('m', 'n')
  await Promise.all([scan('together'), scan('together')])
  assert.deepEqual(idsOf('together'), before)
  await renameAll('n', 'o')
  const child = spawn(process.execPath, line('together'), { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('close', resolve))
  while (child.exitCode === null && countOf('together', 'lost_file') === 0) await delay(2)
  child.kill('SIGKILL')
  await ended
  await scan('together')
  assert.deepEqual(idsOf('together'), before)
})
