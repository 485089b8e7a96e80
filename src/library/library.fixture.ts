import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { hubItself } from '../audit/actor-context.ts'
import { openServerSecret } from '../auth/server-secret.ts'
import { leakedTokens } from '../auth/tokens/leaked-tokens.ts'
import { tokenDigest } from '../auth/tokens/token-digest.ts'
import type { Database } from '../db/database.ts'
import { openSqliteDatabase } from '../db/sqlite/open.ts'
import { openHasher } from './hashing/hasher.ts'
import type { Library, ScanSummary } from './library.ts'
import { openLibrary } from './open.ts'

/** A library folder with real files, and the library of a hub over it. */
export interface LibraryFixture {
  folder: string
  dataDirectory: string
  database: Database
  library: Library
  /** Writes a file that looks an hour old, so that no scan waits for it to settle. */
  put(path: string, content: Uint8Array | string): Promise<void>
  scan(): Promise<ScanSummary>
  /** Another library over the same data, as a process with other options has it; the test closes it. */
  reopen(options: { exclude?: readonly string[] }): Library
  /** Rows of a query of the test's own. */
  rows<Row = Record<string, unknown>>(sql: string): Promise<Row[]>
  /** The statements that ran since the database was opened. */
  statements: readonly string[]
}

export async function withLibraryFolder(run: (fixture: LibraryFixture) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-library-'))
  const [folder, dataDirectory] = [join(directory, 'models'), join(directory, 'data')]
  await mkdir(folder)
  await mkdir(dataDirectory)
  const statements: string[] = []
  const onStatement = ({ sql }: { sql: string }) => statements.push(sql)
  const database = await openSqliteDatabase(join(dataDirectory, 'modelkeep.db'), { onStatement })
  const hasher = openHasher({ threads: 2 })
  const { noteFound } = leakedTokens({
    database,
    now: Date.now,
    digestOf: tokenDigest(await openServerSecret(dataDirectory)),
  })
  const library = openLibrary({ database, hasher, dataDirectory, onTokensFound: noteFound })
  try {
    await library.addFolders([folder], hubItself)
    await run({
      folder,
      dataDirectory,
      database,
      library,
      statements,
      async put(path, content) {
        const absolute = join(folder, path)
        await mkdir(dirname(absolute), { recursive: true })
        await writeFile(absolute, content)
        const hourAgo = Date.now() / 1000 - 3600
        await utimes(absolute, hourAgo, hourAgo)
      },
      scan: () => scanWhole(library),
      reopen: (options) => openLibrary({ database, hasher, dataDirectory, onTokensFound: noteFound, ...options }),
      rows: async <Row>(query: string) => (await sql.raw<Row>(query).execute(database.kysely)).rows,
    })
  } finally {
    await library.close()
    await hasher.close()
    await database.close()
    await rm(directory, { recursive: true, force: true })
  }
}

export async function scanWhole(library: Library): Promise<ScanSummary> {
  let summary: ScanSummary | undefined
  for await (const event of library.scan()) if (event.kind === 'done') summary = event.summary
  if (!summary) throw new Error('the scan told of no end')
  return summary
}

/** A well-formed safetensors file that no other text gives. */
export function safetensors(text: string, metadata: Record<string, string> = {}): Buffer {
  const data = createHash('sha256').update(text).digest()
  const tensor = { dtype: 'U8', shape: [data.length], data_offsets: [0, data.length] }
  const header = Buffer.from(JSON.stringify({ __metadata__: metadata, weight: tensor }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header, data])
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').toUpperCase()

/** What a tool saves of the site's answer for this file. */
export const civitaiInfo = (
  ids: { modelId: number; versionId: number },
  bytes: Uint8Array,
  more: object = {},
): string =>
  JSON.stringify({
    id: ids.versionId,
    modelId: ids.modelId,
    name: 'v1',
    baseModel: 'SDXL 1.0',
    trainedWords: ['word'],
    publishedAt: '2025-05-01T00:00:00.000Z',
    model: { name: `Model ${ids.modelId}`, type: 'LORA', nsfw: false, tags: ['tag'] },
    creator: { username: 'maker' },
    files: [{ name: 'file.safetensors', hashes: { SHA256: sha256Of(bytes) } }],
    ...more,
  })
