import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { openAuditLog } from '../audit/audit-log.ts'
import { openAccountServices } from '../auth/accounts/account-services.ts'
import { openAccounts } from '../auth/accounts/accounts.ts'
import type { SetupCode } from '../auth/accounts/setup-code.ts'
import { createAuthenticate } from '../auth/authenticate.ts'
import { deriveKey } from '../auth/server-secret.ts'
import type { Sessions } from '../auth/sign-in/sessions.ts'
import type { UnstoredEnds } from '../auth/sign-in/unstored-ends.ts'
import { openAccessPreview } from '../auth/tokens/access-preview.ts'
import type { AnonymousUsage } from '../auth/tokens/anonymous-usage.ts'
import type { Tokens } from '../auth/tokens/tokens.ts'
import { openFileLocations } from '../blobs/file-locations.ts'
import { openImageDelivery } from '../blobs/image-delivery.ts'
import { openSignedUrls } from '../blobs/signed-url.ts'
import { openCollections } from '../catalog/collections.ts'
import { openCreators } from '../catalog/creators.ts'
import type { Downloads } from '../catalog/downloads.ts'
import { openImages } from '../catalog/images/list-images.ts'
import { openModels } from '../catalog/models/open-models.ts'
import { openPreferences } from '../catalog/preferences.ts'
import { openTags } from '../catalog/tags.ts'
import { openUsedBaseModels } from '../catalog/used-base-models.ts'
import { openUsers } from '../catalog/users.ts'
import { openVaults } from '../catalog/vault/open-vaults.ts'
import type { Database } from '../db/database.ts'
import type { HubSettings, Services } from '../endpoints/core/services.ts'
import { endpoints } from '../endpoints/index.ts'
import { trustedOrigins } from '../http/pipeline/cache-and-cors-policy.ts'
import { openTensorReader } from '../library/headers/tensor-reader.ts'
import { describeApi } from '../openapi/document.ts'
import type { AttemptCounter } from '../rate-limit/attempt-counter.ts'
import { version } from '../version.ts'
import type { WorkerBus } from '../worker-bus/worker-bus.ts'

/** The stores and the long-lived parts of a hub that its services are built from. The caller closes them. */
export interface HubParts extends Pick<Services, 'library' | 'following'> {
  database: Database
  serverSecret: KeyObject
  /** The data directory. */
  directory: string
  settings: HubSettings
  tokens: Tokens
  sessions: Sessions
  anonymousUsage: AnonymousUsage
  downloads: Downloads
  setupCode: SetupCode
  attemptCounter: AttemptCounter
  ends?: UnstoredEnds
  workerBus: WorkerBus
  /** Unix milliseconds. */
  now?: () => number
}

const imageCacheBytes = 1024 * 1024 * 1024

/** Builds the services of all endpoints: the one place where a hub is wired. `close` ends the threads they started. */
export async function openServices(parts: HubParts): Promise<{ services: Services; close(): Promise<void> }> {
  const { database, serverSecret, directory, settings, tokens, anonymousUsage, workerBus, now = Date.now } = parts
  const tensorReader = openTensorReader()
  const services: Services = {
    ...openAccountServices({ ...parts, signUp: settings.signUp, now }),
    settings,
    apiDocument: describeApi(endpoints, { version, isClosed: settings.access.anonymousAccess === 'closed' }),
    accounts: openAccounts(database),
    auditLog: openAuditLog(database),
    previewAccess: openAccessPreview({ database, anonymousUsage, flushUse: tokens.flushUse }),
    tokens,
    models: openModels({ database, now }),
    images: openImages({ database, now }),
    creators: openCreators(database),
    tags: openTags(database),
    usedBaseModels: openUsedBaseModels(database),
    users: openUsers(database),
    preferences: openPreferences({ database, now }),
    collections: openCollections(database),
    vaults: openVaults({ database, now }),
    downloads: parts.downloads,
    fileLocations: openFileLocations(database),
    signedUrls: openSignedUrls({ key: deriveKey(serverSecret, 'file address'), now }),
    imageDelivery: await openImageDelivery({
      database,
      ownedFolder: join(directory, 'images'),
      cacheDirectory: join(directory, 'cache', 'images'),
      cacheBytes: imageCacheBytes,
      workerBus,
    }),
    tensorReader,
    library: parts.library,
    following: parts.following,
  }
  return { services, close: () => tensorReader.close() }
}

/** Returns what a server asks of the hub about callers: who they are, what they may do, which pages are trusted. */
export function callerChecks(
  { tokens, sessions, anonymousUsage, settings }: HubParts,
  { trusted }: { trusted: readonly string[] },
) {
  return {
    authenticate: createAuthenticate({ tokens, sessions }),
    recordMissingScope: tokens.noteMissingScope,
    isClosed: settings.access.anonymousAccess === 'closed',
    recordAnonymous: anonymousUsage.count,
    isPublishedTo: tokens.isPublishedTo,
    isTrusted: trustedOrigins(trusted),
    holdsSession: sessions.holdsSession,
    sessions: sessions.handler,
  }
}
