import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { fillCatalog } from '../../bench/catalog/fill.ts'
import { openSqliteSink } from '../../bench/catalog/sqlite-sink.ts'
import type { Database } from '../../src/db/database.ts'
import { openSqliteDatabase } from '../../src/db/sqlite/open.ts'
import { askEverything } from './asked-of-services.ts'
import { planOf, recordStatements } from './recorded-statements.ts'

/*
 * The plan of every statement that a hub reads with. None may read a table that grows with the catalog or with its people
 * from end to end, nor sort without bound, whether SQLite has statistics of the tables or not.
 */

for (const [circumstances, prepare] of [
  ['without statistics', async () => {}],
  ['with the statistics of a million models', putStatistics],
] as const)
  test(`no statement scans a large table or sorts without bound, ${circumstances}`, () =>
    withCatalog(async (path) => {
      await prepare(path)
      const database = await openSqliteDatabase(path)
      try {
        const { recording, statements } = recordStatements(database)
        for (const few of [0, 1_000_000]) await askEverything(recording, few)
        assert.ok(statements.size > 500, `${statements.size} statements`)
        const faults: string[] = []
        for (const statement of statements) {
          const plan = await planOf(database, statement)
          const found = plan.filter((step) => isCostly(step, plan) && !isAllowed(step, statement))
          if (found.length > 0) faults.push([...found.map((step) => `! ${step}`), statement, ...plan].join('\n'))
        }
        assert.equal(faults.length, 0, `${faults.length} faults\n\n${faults.slice(0, 5).join('\n\n')}`)
      } finally {
        await database.close()
      }
    }))

/** Steps that may read or sort more than a page holds. */
function isCostly(step: string, plan: readonly string[]): boolean {
  if (step.startsWith('USE TEMP B-TREE FOR') && step.includes('ORDER BY')) return true
  if (step.includes('AUTOMATIC')) return true
  const [, name = '', how = ''] = /^SCAN (\S+) ?(.*)$/.exec(step) ?? []
  if (name === '' || innerRows.has(name)) return false
  // What matches, out of the text index.
  if (/^VIRTUAL TABLE INDEX \d+:M/.test(how)) return false
  // In the order of an index, and no further than the page is long, as long as nothing is sorted behind it.
  return !/^USING (COVERING )?INDEX/.test(how) || plan.some((other) => other.includes('TEMP B-TREE FOR ORDER BY'))
}

/** What a plan calls a scan although it is bounded: lists that were bound, and the rows of inner queries. */
const innerRows = new Set([
  'json_each',
  'held',
  'wanted',
  'page',
  'agg',
  'lead',
  'source',
  'counted',
  'earliest',
  'exact',
  'others',
  'CONSTANT',
])

/** What is costly by its looks and bounded all the same, with the reason. */
const allowed: { why: string; step: RegExp; statement: RegExp }[] = [
  {
    why: 'the rows of a filter that leads: at most `fewModels` or `fewImages`',
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
    statement: / from \(select distinct "source"\./,
  },
  {
    why: 'common words: two parts, each as long as a page',
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
    statement: /as "others" order by "key_0" desc, "key_1" desc limit/,
  },
  {
    why: 'what one account has: keys with their secrets and clients, marks, the vault',
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
    statement: /"(account_id|user_id)" = \?/,
  },
  {
    why: 'the collections of one page',
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
    statement: /"collection"\."id" in \(select "page"\."id"/,
  },
  {
    why: 'the versions that hold one file, or a hundred at most',
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
    statement: /"file_hash"\."hash" = \?|"model_file"\."sha256" in .* order by "model_version"\."published_at"/,
  },
  {
    why: 'the files with these hashes, ten thousand of which are asked for at most, once by version and once by hash',
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
    statement: /as "held" cross join "model_version"/,
  },
  {
    why: 'the few models that are not published',
    step: /^SCAN model USING INDEX model_unpublished$/,
    statement: /as "held" cross join "model_version"/,
  },
  {
    why: 'the names that begin with what was typed, the shortest of which are kept while they are read',
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
    statement: /"(name_key|username_key)" < \? (and "account"\."model_count" > 0 )?order by length/,
  },
  {
    why: 'the tags that were asked for, 500 at most',
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
    statement: /"tag_id" = \(select "tag"\."id" from "tag"/,
  },
  {
    why: 'the names of base models, of which each takes one step along an index',
    step: /^(SCAN (of_version|of_image|used_name)|USE TEMP B-TREE FOR ORDER BY)$/,
    statement: /with recursive of_version/,
  },
  {
    why: 'the models whose ids were asked for',
    step: /^USE TEMP B-TREE FOR ORDER BY$/,
    statement:
      /"model"\."id" in \(\s*select (value from json_each\(\?\)|"model_version"\."model_id" |coalesce\(id_alias\.new_id, wanted\.value\))/,
  },
  {
    why: 'what the owners of a hub made by hand',
    step: /^SCAN (library_folder|invitation)$/,
    statement: /from "(library_folder|invitation)"/,
  },
]

const isAllowed = (step: string, statement: string): boolean =>
  allowed.some((rule) => rule.step.test(step) && rule.statement.test(statement))

async function withCatalog(run: (path: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-plans-'))
  try {
    const path = join(directory, 'modelkeep.db')
    await fillCatalog({ models: 40, seed: 3, until: Date.now() }, await openSqliteSink(path))
    await run(path)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** As `analyze` wrote it for a generated catalog of a million models: rows of `sqlite_stat1`. */
async function putStatistics(path: string): Promise<void> {
  const file = new URL('./statistics-of-a-million.json', import.meta.url)
  const rows = JSON.parse(await readFile(file, 'utf8')) as [string, string | null, string][]
  const database: Database = await openSqliteDatabase(path)
  await sql`analyze`.execute(database.kysely)
  await sql`delete from sqlite_stat1`.execute(database.kysely)
  for (const row of rows)
    await sql`insert into sqlite_stat1 (tbl, idx, stat) values (${sql.join(row)})`.execute(database.kysely)
  await database.close()
}
