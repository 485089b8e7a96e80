import type { Logger } from 'pino'
import { type AuditRetention, openAuditRetention } from '../audit/retention.ts'
import { auditSignUpPolicy } from '../auth/accounts/audit-sign-up-policy.ts'
import type { Setup } from '../auth/accounts/setup.ts'
import type { SetupCode } from '../auth/accounts/setup-code.ts'
import { oidcProviderId } from '../auth/sign-in/oidc-provider.ts'
import { openSessions } from '../auth/sign-in/sessions.ts'
import { openUnstoredEnds } from '../auth/sign-in/unstored-ends.ts'
import { openAnonymousUsage } from '../auth/tokens/anonymous-usage.ts'
import { leakedTokens } from '../auth/tokens/leaked-tokens.ts'
import { tokenDigest } from '../auth/tokens/token-digest.ts'
import { openTokens } from '../auth/tokens/tokens.ts'
import { applyDefaultCreator } from '../catalog/default-creator.ts'
import { openDownloads } from '../catalog/downloads.ts'
import type { Config } from '../config/config.ts'
import { readOidcProvider } from '../config/oidc-provider.ts'
import { readTlsFiles } from '../config/tls-files.ts'
import type { OnStatement } from '../db/database.ts'
import type { Waiters } from '../db/read-queue.ts'
import { openResponseCache } from '../edge-cache/response-cache.ts'
import { endpoints } from '../endpoints/index.ts'
import { openRateLimits, readRate } from '../http/pipeline/rate-limits.ts'
import { createHubServer, type HubServer } from '../http/server.ts'
import { openHasher } from '../library/hashing/hasher.ts'
import type { Library, ScanSummary } from '../library/library.ts'
import { openLibrary } from '../library/open.ts'
import { type LibrarySync, openLibrarySync } from '../library/watch/library-sync.ts'
import { shareLibrarySync } from '../library/watch/library-sync-leader.ts'
import type { Snapshot } from '../metrics/snapshot.ts'
import type { AttemptCounter } from '../rate-limit/attempt-counter.ts'
import { openRequestContext, readRefusal } from '../request-context/request-context.ts'
import type { WorkerBus } from '../worker-bus/worker-bus.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { measuring, openMeter, openTraces } from './observability.ts'
import { callerChecks, type HubParts, openServices } from './services.ts'

/** A running hub: its library and its server. */
export interface Hub {
  directory: string
  setup: Setup
  library: Library
  following: LibrarySync
  server: HubServer
  /**
   * Starts the work that exactly one process does for the hub: watching the folders and pruning the audit log. Returns
   * the result of the first scan.
   */
  lead(): Promise<ScanSummary | undefined>
  /** Reads the metrics of this process; undefined when metrics are off. */
  measure: (() => Promise<Snapshot>) | undefined
  /** Closes all parts in reverse order of creation. Pending usage counts are written first. */
  close(): Promise<void>
}

/** The library of a hub without a server, for commands. */
export interface HubLibrary {
  store: DataDirectory
  library: Library
  close(): Promise<void>
}

/** What a hub needs from the process that runs it. */
export interface HubContext {
  /** Number of this worker process, from 1. */
  worker: number
  isReady: () => boolean
  log: Logger
  workerBus: WorkerBus
  setupCode: SetupCode
  attemptCounter: AttemptCounter
}

const mebibyte = 1024 * 1024

/**
 * The composition root: creates everything that has a lifetime, in order, and passes it on explicitly. `isReady` decides
 * the response of `/readyz`; all worker processes share `setupCode` and `attemptCounter`.
 */
export async function openHub(
  config: Config,
  { worker, isReady, log, workerBus, setupCode, attemptCounter }: HubContext,
): Promise<Hub> {
  await using lifetimes = new AsyncDisposableStack()
  const closing = closingIn(lifetimes)

  const tls = await readTlsFiles(config)
  const provider = await readOidcProvider(config)
  const meter = await openMeter(config, worker)
  const tracing = await openTraces(config, log)
  if (tracing) closing(tracing)
  const requestContext = openRequestContext()
  const onStatement: OnStatement = (statement) => {
    meter?.onStatement(statement)
    requestContext.onStatement(statement)
  }
  const { store, library } = closing(
    await openHubLibrary(config, { processes: workerBus.count, onStatement, waiters: requestContext.waiters }),
  )
  const { directory, database, serverSecret } = store
  const ends = closing(openUnstoredEnds(workerBus))
  const tokens = closing(
    openTokens({
      database,
      ends,
      serverSecret,
      longestLifeDays: config.longestTokenLife,
      queryTokens: config.queryTokens,
      workerBus,
      ...(meter && { onChecked: meter.onToken }),
    }),
  )
  const anonymousUsage = closing(openAnonymousUsage(database, { workerBus }))
  const sessions = closing(
    openSessions({
      database,
      ends,
      serverSecret,
      trustedOrigins: config.trustedOrigins,
      signUp: config.signUp,
      maxSessionDays: config.longestSession,
      provider,
      attemptCounter,
      onError: (error) => log.error(error, 'could not record failed sign-ins'),
    }),
  )
  await auditSignUpPolicy(database, config.signUp)
  const defaultCreator = await applyDefaultCreator(database, config.defaultCreator)
  if (defaultCreator !== config.defaultCreator)
    log.warn(
      { configured: config.defaultCreator, username: defaultCreator },
      `a person has the username ${config.defaultCreator}: models without a creator are published as ${defaultCreator}`,
    )
  const downloads = closing(
    openDownloads({
      database,
      loginOnly: config.loginOnly,
      onError: (error) => log.error(error, 'could not record downloads'),
    }),
  )
  const own = openLibrarySync({ library, log, onScanned: meter?.onScanned })
  const following = closing(
    workerBus.count === 1 ? own : shareLibrarySync({ own, folders: library.folders, workerBus }),
  )
  let retention: AuditRetention | undefined
  closing({ close: () => retention?.close() })
  const lead = () => {
    void database.reserve.refill()
    retention ??= openAuditRetention({
      database,
      days: config.auditDays,
      onError: (error) => log.error(error, 'could not delete old entries of the audit log'),
    })
    return following.start()
  }

  const parts: HubParts = {
    database,
    serverSecret,
    directory,
    settings: {
      defaultBrowsingLevel: config.defaultBrowsingLevel,
      loginOnly: config.loginOnly,
      access: { anonymousAccess: config.anonymousAccess, queryTokens: config.queryTokens },
      signUp: config.signUp,
      defaultCreator,
      maxTokenLifetimeDays: config.longestTokenLife ?? null,
      providers: provider ? [{ id: oidcProviderId, name: provider.name }] : [],
    },
    tokens,
    sessions,
    anonymousUsage,
    downloads,
    library,
    following,
    setupCode,
    attemptCounter,
    ends,
    workerBus,
  }
  const { services } = closing(await openServices(parts))
  const cache = openResponseCache({
    maxBytes: Math.ceil((config.cacheMegabytes * mebibyte) / workerBus.count),
    changes: database,
    onError(error) {
      // The response that is there serves until a later request finds room.
      if (readRefusal(error)) return
      log.error(error, 'could not refresh a cached response')
    },
  })
  const server = closing(
    createHubServer(
      endpoints,
      {
        ...callerChecks(parts, { trusted: config.trustedOrigins }),
        services,
        rateLimits: openRateLimits(
          {
            failures: readRate(config.limitFailures),
            anonymous: readRate(config.limitAnonymous),
            token: readRate(config.limitToken),
          },
          workerBus,
          meter?.onRateLimited,
        ),
        meter: meter?.requests,
        tracing,
        requestContext,
        cache,
        isReady,
        isWritable: database.isWritable,
      },
      {
        tls,
        log,
        processes: workerBus.count,
        publicUrl: config.publicUrl,
        allowedHosts: config.allowedHosts,
        trustProxy: config.trustProxy,
        accelPrefix: config.sendFiles,
      },
    ),
  )
  const measure = meter && measuring(meter, { cache, database, server, following: own })
  const all = lifetimes.move()
  const close = () => all.disposeAsync()
  return { directory, setup: services.setup, library, following, server, lead, measure, close }
}

/**
 * Opens the part of the hub that commands need; any number of processes can have it open. `processes` is how many of
 * them share the processor cores.
 */
export async function openHubLibrary(
  config: Pick<Config, 'data' | 'database' | 'hashThreads' | 'exclude'>,
  options: { processes?: number; onStatement?: OnStatement | undefined; waiters?: () => Waiters | undefined } = {},
): Promise<HubLibrary> {
  await using lifetimes = new AsyncDisposableStack()
  const closing = closingIn(lifetimes)

  const store = closing(await openDataDirectory(config, options))
  const hasher = closing(openHasher({ threads: config.hashThreads }))
  const { database, directory, serverSecret } = store
  const { noteFound } = leakedTokens({ database, now: Date.now, digestOf: tokenDigest(serverSecret) })
  const library = closing(
    openLibrary({ database, hasher, dataDirectory: directory, onTokensFound: noteFound, exclude: config.exclude }),
  )
  const all = lifetimes.move()
  return { store, library, close: () => all.disposeAsync() }
}

/** Returns a function that registers a part to be closed with `lifetimes`, in reverse order of creation. */
const closingIn =
  (lifetimes: AsyncDisposableStack) =>
  <T extends { close(): unknown }>(part: T): T => {
    lifetimes.defer(async () => void (await part.close()))
    return part
  }
