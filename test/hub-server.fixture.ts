import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AccessPolicy } from '../src/auth/access-policy.ts'
import { type Accounts, openAccounts } from '../src/auth/accounts/accounts.ts'
import { scopePresets } from '../src/auth/scopes.ts'
import { openServerSecret } from '../src/auth/server-secret.ts'
import { openSessions } from '../src/auth/sign-in/sessions.ts'
import type { NewToken } from '../src/auth/tokens/change-tokens.ts'
import { openTokens, type Tokens } from '../src/auth/tokens/tokens.ts'
import { insertModel, type ModelFixture } from '../src/catalog/catalog.fixture.ts'
import { openSqliteDatabase } from '../src/db/sqlite/open.ts'
import { endpoints } from '../src/endpoints/index.ts'
import type { RateOptions } from '../src/http/pipeline/rate-limits.ts'
import type { ServerOptions } from '../src/http/server.ts'
import { openTestServer } from '../src/hub/test-server.fixture.ts'
import { openRequestContext } from '../src/request-context/request-context.ts'

/** A hub with endpoints and sessions over a real database. */
export interface HubServerFixture {
  origin: string
  /** Redirects are left to the test. */
  request(target: string, init?: RequestInit): Promise<Response>
  /** A new account that signs in with {@link password}; gives its id. */
  addAccount(username: string, role?: 'user' | 'owner'): Promise<number>
  /** A token that may do everything, where `settings` do not say otherwise. */
  addToken(accountId: number, settings?: Partial<NewToken>): Promise<string>
  tokens: Tokens
  accounts: Accounts
  addModel(model: ModelFixture): ReturnType<typeof insertModel>
  /** A model with one version of one real file. */
  addFile(name: string, bytes: Uint8Array): Promise<{ modelId: number; versionId: number }>
}

export const password = 'correct horse battery'

export async function withHubServer(
  run: (hub: HubServerFixture) => Promise<void>,
  {
    loginOnly = false,
    access = {},
    trusted = [],
    rates = {},
    ...options
  }: {
    loginOnly?: boolean
    access?: Partial<AccessPolicy>
    trusted?: string[]
    rates?: RateOptions
  } & Partial<ServerOptions> = {},
): Promise<void> {
  await using lifetimes = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-hub-'))
  lifetimes.defer(() => rm(directory, { recursive: true }))
  const folder = join(directory, 'models')
  await mkdir(folder)
  const requestContext = openRequestContext()
  const { onStatement, waiters } = requestContext
  const database = await openSqliteDatabase(join(directory, 'modelkeep.db'), { onStatement, waiters })
  lifetimes.defer(() => database.close())
  const serverSecret = await openServerSecret(directory)
  const accounts = openAccounts(database)
  const tokens = openTokens({ database, serverSecret, queryTokens: access.queryTokens ?? 'always' })
  lifetimes.defer(() => tokens.close())
  const sessions = openSessions({ database, serverSecret, trustedOrigins: trusted, onError: console.error })
  lifetimes.defer(() => sessions.close())
  const server = await openTestServer(
    { database, serverSecret, directory, tokens, sessions },
    {
      endpoints,
      settings: { loginOnly, access: { anonymousAccess: 'open', queryTokens: 'always', ...access } },
      trusted,
      rates,
      requestContext,
      server: options,
    },
  )
  lifetimes.defer(() => server.close())
  const { origin } = server
  await database.write((transaction) =>
    transaction.insertInto('library_folder').values({ path: folder, added_at: 0, scanned_at: null }).execute(),
  )

  await run({
    origin,
    request: (target, init) => fetch(new URL(target, origin), { redirect: 'manual', ...init }),
    addAccount: async (username, role = 'user') =>
      (await accounts.create({ username, email: `${username}@example.org`, password, role })).id,
    addToken: async (accountId, settings) =>
      (await tokens.create({ accountId, name: 'test', scope: scopePresets.Full, ...settings })).text,
    tokens,
    accounts,
    addModel: (model) => insertModel(database, model),
    async addFile(name, bytes) {
      await writeFile(join(folder, name), bytes)
      const { mtimeMs, ino } = await stat(join(folder, name))
      const { id, versions } = await insertModel(database, {
        versions: [{ files: [{ name, size_bytes: bytes.length }] }],
      })
      const place = {
        folder_id: 1,
        entry_id: 1,
        path: name,
        file_id: versions[0]?.fileIds[0] ?? 0,
        size_bytes: bytes.length,
        mtime_ms: Math.floor(mtimeMs),
        inode: String(ino),
      }
      await database.write((transaction) => transaction.insertInto('file_place').values(place).execute())
      return { modelId: id, versionId: versions[0]?.id ?? 0 }
    },
  })
}
