import { createSecretKey, randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openAuditLog } from '../src/audit/audit-log.ts'
import type { AccessPolicy } from '../src/auth/access-policy.ts'
import { openAccountServices } from '../src/auth/accounts/account-services.ts'
import { type Accounts, openAccounts } from '../src/auth/accounts/accounts.ts'
import { openSetupCode } from '../src/auth/accounts/setup-code.ts'
import { createAuthenticate } from '../src/auth/authenticate.ts'
import { scopePresets } from '../src/auth/scopes.ts'
import { openServerSecret } from '../src/auth/server-secret.ts'
import { openSessions } from '../src/auth/sign-in/sessions.ts'
import { openAccessPreview } from '../src/auth/tokens/access-preview.ts'
import { openAnonymousUsage } from '../src/auth/tokens/anonymous-usage.ts'
import type { NewToken } from '../src/auth/tokens/change-tokens.ts'
import { openTokens, type Tokens } from '../src/auth/tokens/tokens.ts'
import { openFileLocations } from '../src/blobs/file-locations.ts'
import { openSignedUrls } from '../src/blobs/signed-url.ts'
import { insertModel, type ModelFixture } from '../src/catalog/catalog.fixture.ts'
import { openCollections } from '../src/catalog/collections.ts'
import { openCreators } from '../src/catalog/creators.ts'
import { openDownloads } from '../src/catalog/downloads.ts'
import { openImages } from '../src/catalog/images/list-images.ts'
import { openModels } from '../src/catalog/models/open-models.ts'
import { openPreferences } from '../src/catalog/preferences.ts'
import { openTags } from '../src/catalog/tags.ts'
import { openUsers } from '../src/catalog/users.ts'
import { openVaults } from '../src/catalog/vault/open-vaults.ts'
import { openSqliteDatabase } from '../src/db/sqlite/open.ts'
import { openResponseCache } from '../src/edge-cache/response-cache.ts'
import type { HubSettings, Services } from '../src/endpoints/core/services.ts'
import { endpoints } from '../src/endpoints/index.ts'
import { trustedOrigins } from '../src/http/cache-and-cors-policy.ts'
import { openLog } from '../src/http/log.ts'
import { openRateLimits, type RateOptions } from '../src/http/rate-limits.ts'
import { createHubServer, type ServerOptions } from '../src/http/server.ts'
import { describeApi } from '../src/openapi/document.ts'
import { openAttemptCounter } from '../src/rate-limit/attempt-counter.ts'
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
  const work = openRequestContext()
  const { onStatement, waiters } = work
  const database = await openSqliteDatabase(join(directory, 'modelkeep.db'), { onStatement, waiters })
  lifetimes.defer(() => database.close())
  const serverSecret = await openServerSecret(directory)
  const accounts = openAccounts(database)
  const tokens = openTokens({ database, serverSecret, queryTokens: access.queryTokens ?? 'always' })
  lifetimes.defer(() => tokens.close())
  const anonymousUsage = openAnonymousUsage(database)
  lifetimes.defer(() => anonymousUsage.close())
  const sessions = openSessions({ database, serverSecret, trustedOrigins: trusted, onError: console.error })
  lifetimes.defer(() => sessions.close())
  const downloads = openDownloads({ database, loginOnly, onError: (error) => console.error(error) })
  lifetimes.defer(() => downloads.close())
  const settings: HubSettings = {
    defaultBrowsingLevel: 1,
    loginOnly,
    access: { anonymousAccess: 'open', queryTokens: 'always', ...access },
    signUp: 'off',
    defaultCreator: 'local',
    maxTokenLifetimeDays: null,
    providers: [],
  }
  const services = {
    ...openAccountServices({
      database,
      serverSecret,
      signUp: settings.signUp,
      attemptCounter: openAttemptCounter(),
      setupCode: openSetupCode(() => undefined),
    }),
    settings,
    apiDocument: describeApi(endpoints, { version: '0.0.0', isClosed: access.anonymousAccess === 'closed' }),
    accounts,
    tokens,
    models: openModels({ database, now: Date.now }),
    images: openImages({ database, now: Date.now }),
    creators: openCreators(database),
    tags: openTags(database),
    users: openUsers(database),
    preferences: openPreferences({ database, now: Date.now }),
    collections: openCollections(database),
    vaults: openVaults({ database, now: Date.now }),
    downloads,
    fileLocations: openFileLocations(database),
    signedUrls: openSignedUrls({ key: createSecretKey(randomBytes(32)) }),
    auditLog: openAuditLog(database),
    previewAccess: openAccessPreview({ database, anonymousUsage, flushUse: tokens.flushUse }),
  } as unknown as Services
  const server = createHubServer(
    endpoints,
    {
      services,
      authenticate: createAuthenticate({ tokens, sessions }),
      noteMissingScope: tokens.noteMissingScope,
      isClosed: access.anonymousAccess === 'closed',
      noteAnonymous: anonymousUsage.count,
      isPublishedTo: tokens.isPublishedTo,
      isTrusted: trustedOrigins(trusted),
      rateLimits: openRateLimits(rates),
      holdsSession: sessions.holdsSession,
      cache: openResponseCache({ maxBytes: 1_000_000, changes: database }),
      isReady: () => true,
      work,
      sessions: sessions.handler,
    },
    { tls: undefined, trustProxy: false, log: openLog('error'), publicUrl: undefined, allowedHosts: [], ...options },
  )
  lifetimes.defer(() => server.close())
  const { host, port } = await server.listen({ host: '127.0.0.1', port: 0 })
  const origin = `${options.tls ? 'https' : 'http'}://${host}:${port}`
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
