import { openSetupCode } from '../auth/accounts/setup-code.ts'
import { openAnonymousUsage } from '../auth/tokens/anonymous-usage.ts'
import { leakedTokens } from '../auth/tokens/leaked-tokens.ts'
import { tokenDigest } from '../auth/tokens/token-digest.ts'
import { openDownloads } from '../catalog/downloads.ts'
import { openResponseCache } from '../edge-cache/response-cache.ts'
import type { Endpoint } from '../endpoints/core/define.ts'
import type { HubSettings, Services } from '../endpoints/core/services.ts'
import { openLog } from '../http/log.ts'
import { openRateLimits, type RateOptions } from '../http/pipeline/rate-limits.ts'
import { createHubServer, type ServerOptions } from '../http/server.ts'
import { openHasher } from '../library/hashing/hasher.ts'
import { openLibrary } from '../library/open.ts'
import { openLibrarySync } from '../library/watch/library-sync.ts'
import { openAttemptCounter } from '../rate-limit/attempt-counter.ts'
import { openRequestContext, type RequestContext } from '../request-context/request-context.ts'
import { singleProcess } from '../worker-bus/worker-bus.ts'
import { callerChecks, type HubParts, openServices } from './services.ts'

/** What a test server is built on; the test opens and closes it. */
export type TestHub = Pick<HubParts, 'database' | 'serverSecret' | 'directory' | 'tokens' | 'sessions' | 'now'>

export interface TestServer {
  origin: string
  services: Services
  close(): Promise<void>
}

/** Serves `endpoints` on a free port, wired as a hub is, without a response log. */
export async function openTestServer(
  hub: TestHub,
  {
    endpoints,
    settings = {},
    trusted = [],
    rates = {},
    onSetupCode = () => undefined,
    requestContext = openRequestContext(),
    overrides,
    server: serverOptions = {},
  }: {
    endpoints: readonly Endpoint[]
    settings?: Partial<HubSettings>
    trusted?: readonly string[]
    rates?: RateOptions
    /** Called with each new setup code. */
    onSetupCode?: (code: string) => void
    requestContext?: RequestContext
    /** Replace parts of what the server works with. */
    overrides?: { services?: Partial<Services>; authenticate?: Parameters<typeof createHubServer>[1]['authenticate'] }
    server?: Partial<ServerOptions>
  },
): Promise<TestServer> {
  await using lifetimes = new AsyncDisposableStack()
  const closing = <T extends { close(): unknown }>(part: T): T => {
    lifetimes.defer(async () => void (await part.close()))
    return part
  }
  const { database, now = Date.now } = hub
  const log = openLog('error')
  const hasher = closing(openHasher({ threads: 1 }))
  const { noteFound: onTokensFound } = leakedTokens({ database, now, digestOf: tokenDigest(hub.serverSecret) })
  const library = closing(openLibrary({ database, hasher, dataDirectory: hub.directory, onTokensFound, exclude: [] }))
  const allSettings: HubSettings = {
    defaultBrowsingLevel: 1,
    loginOnly: false,
    signUp: 'off',
    defaultCreator: 'local',
    maxTokenLifetimeDays: null,
    providers: [],
    ...settings,
    access: { anonymousAccess: 'open', queryTokens: 'always', ...settings.access },
  }
  const parts: HubParts = {
    ...hub,
    settings: allSettings,
    anonymousUsage: closing(openAnonymousUsage(database)),
    downloads: closing(openDownloads({ database, loginOnly: allSettings.loginOnly, now, onError: console.error })),
    library,
    following: closing(openLibrarySync({ library, log })),
    setupCode: openSetupCode(onSetupCode),
    attemptCounter: openAttemptCounter(now),
    workerBus: singleProcess,
  }
  const services = { ...closing(await openServices(parts)).services, ...overrides?.services }
  const server = closing(
    createHubServer(
      endpoints,
      {
        ...callerChecks(parts, { trusted }),
        ...(overrides?.authenticate && { authenticate: overrides.authenticate }),
        services,
        rateLimits: openRateLimits(rates),
        cache: openResponseCache({ maxBytes: 1_000_000, changes: database }),
        requestContext,
        isReady: () => true,
      },
      { tls: undefined, trustProxy: false, log, publicUrl: undefined, allowedHosts: [], ...serverOptions },
    ),
  )
  const { host, port } = await server.listen({ host: '127.0.0.1', port: 0 })
  const all = lifetimes.move()
  return {
    origin: `${serverOptions.tls ? 'https' : 'http'}://${host}:${port}`,
    services,
    close: () => all.disposeAsync(),
  }
}
