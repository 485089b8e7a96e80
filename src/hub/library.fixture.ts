import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { anonymous } from '../auth/principal.ts'
import { type ScopeName, scopeMask, scopePresets } from '../auth/scopes.ts'
import { openServerSecret } from '../auth/server-secret.ts'
import { openSessions } from '../auth/sign-in/sessions.ts'
import { openTokens } from '../auth/tokens/tokens.ts'
import { type FileFixture, insertModel, type ModelFixture } from '../catalog/catalog.fixture.ts'
import type { Downloads } from '../catalog/downloads.ts'
import type { Database } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import { openSqliteDatabase } from '../db/sqlite/open.ts'
import type { Endpoint } from '../endpoints/core/define.ts'
import type { Services } from '../endpoints/core/services.ts'
import { openTestServer } from './test-server.fixture.ts'

/** A library folder with real files, a catalog that knows them, and a server of some endpoints over both. */
export interface LibraryFixture {
  database: Database
  /** The library folder. */
  folder: string
  /** Beside the library folder: for what must not be reached, and for caches. */
  outside: string
  origin: string
  /** Puts a file into the folder, and gives the row that describes it. */
  putFile(path: string, bytes: Uint8Array): Promise<FileFixture & { id: number; name: string; sha256: string }>
  addModel(model: ModelFixture): ReturnType<typeof insertModel>
  /** A new account; a request speaks for it with `Authorization: Bearer {id}`, or `Bearer {id}:{scope}` with that scope alone. */
  addAccount(account?: { role?: 'owner' | 'user'; status?: 'active' | 'banned' }): Promise<number>
  request(target: string, init?: RequestInit): Promise<Response>
  clock: { now: number }
  downloads: Downloads
}

/** Serves `endpoints` over a fresh library while `run` runs. Who asks is told by the test; all else is real. */
export async function withLibrary(
  {
    endpoints,
    more,
    loginOnly = false,
  }: {
    endpoints: Endpoint[]
    more?: (library: { database: Database; outside: string }) => Promise<Partial<Services>>
    loginOnly?: boolean
  },
  run: (library: LibraryFixture) => Promise<void>,
): Promise<void> {
  const outside = await mkdtemp(join(tmpdir(), 'modelkeep-served-'))
  const folder = join(outside, 'models')
  await mkdir(folder)
  const database = await openSqliteDatabase(join(outside, 'modelkeep.db'))
  const clock = { now: Date.UTC(2030, 0, 1, 12, 30) }
  const now = () => clock.now
  const roleOf = database.lookup((query, values: BindPlaceholder<{ id: number }>) =>
    query.selectFrom('account').select('role').where('id', '=', values('id')),
  )
  const serverSecret = await openServerSecret(outside)
  const tokens = openTokens({ database, serverSecret, now })
  const sessions = openSessions({ database, serverSecret, trustedOrigins: [], now, onError: console.error })
  const server = await openTestServer(
    { database, serverSecret, directory: outside, tokens, sessions, now },
    {
      endpoints,
      settings: { loginOnly },
      overrides: {
        services: (await more?.({ database, outside })) ?? {},
        authenticate: async ({ authorization }) => {
          const [, accountId, scopeName] = /^Bearer (\d+)(?::(\w+))?$/.exec(authorization ?? '') ?? []
          if (accountId === undefined) return anonymous
          const scope = scopeName === undefined ? scopePresets.Full : scopeMask([scopeName as ScopeName])
          const account = await roleOf.first({ id: Number(accountId) })
          return {
            kind: 'account',
            accountId: Number(accountId),
            role: account?.role ?? 'user',
            via: { kind: 'session', sessionId: 1 },
            scope,
          }
        },
      },
    },
  )
  const {
    origin,
    services: { downloads },
  } = server
  await database.write((transaction) =>
    transaction.insertInto('library_folder').values({ path: folder, added_at: 0, scanned_at: null }).execute(),
  )

  let files = 0
  const putFile: LibraryFixture['putFile'] = async (path, bytes) => {
    const id = 5000 + ++files
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
    const { mtimeMs, ino } = await stat(join(folder, path))
    const place = {
      folder_id: 1,
      entry_id: 1,
      path,
      file_id: id,
      size_bytes: bytes.length,
      mtime_ms: Math.floor(mtimeMs),
      inode: String(ino),
    }
    await database.write((transaction) => transaction.insertInto('file_place').values(place).execute())
    const sha256 = createHash('sha256').update(bytes).digest('hex').toUpperCase()
    return { id, name: path.split('/').at(-1) ?? '', size_bytes: bytes.length, sha256 }
  }
  let accounts = 0
  const addAccount: LibraryFixture['addAccount'] = async ({ role = 'user', status = 'active' } = {}) => {
    const username = `person${++accounts}`
    const row = {
      username,
      username_key: username,
      name: username,
      email: null,
      email_verified: 0,
      model_count: 0,
      image: null,
      role,
      status,
      tier: 'free' as const,
      created_at: new Date(clock.now).toISOString(),
      updated_at: new Date(clock.now).toISOString(),
    }
    const { insertId } = await database.write((transaction) =>
      transaction.insertInto('account').values(row).executeTakeFirstOrThrow(),
    )
    return Number(insertId)
  }
  try {
    await run({
      database,
      folder,
      outside,
      origin,
      putFile,
      addModel: (model) => insertModel(database, model),
      addAccount,
      request(target, init) {
        const headers = new Headers(init?.headers)
        // Accounts are signed in as in a browser, which names the page that sends a change.
        if (!['GET', 'HEAD', 'OPTIONS'].includes(init?.method ?? 'GET') && !headers.has('origin'))
          headers.set('origin', origin)
        return fetch(new URL(target, origin), { redirect: 'manual', ...init, headers })
      },
      clock,
      downloads,
    })
  } finally {
    await server.close()
    await tokens.close()
    await sessions.close()
    await database.close()
    await rm(outside, { recursive: true })
  }
}
