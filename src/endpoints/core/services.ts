import type { AuditLog } from '../../audit/audit-log.ts'
import type { AccessPolicy } from '../../auth/access-policy.ts'
import type { AccountServices } from '../../auth/accounts/account-services.ts'
import type { Accounts } from '../../auth/accounts/accounts.ts'
import type { PreviewAccess } from '../../auth/tokens/access-preview.ts'
import type { Tokens } from '../../auth/tokens/tokens.ts'
import type { FileLocations } from '../../blobs/file-locations.ts'
import type { ImageDelivery } from '../../blobs/image-delivery.ts'
import type { SignedUrls } from '../../blobs/signed-url.ts'
import type { Collections } from '../../catalog/collections.ts'
import type { Creators } from '../../catalog/creators.ts'
import type { Downloads } from '../../catalog/downloads.ts'
import type { Images } from '../../catalog/images/list-images.ts'
import type { Models } from '../../catalog/models/open-models.ts'
import type { Preferences } from '../../catalog/preferences.ts'
import type { Tags } from '../../catalog/tags.ts'
import type { UsedBaseModels } from '../../catalog/used-base-models.ts'
import type { Users } from '../../catalog/users.ts'
import type { Vaults } from '../../catalog/vault/open-vaults.ts'
import type { TensorReader } from '../../library/headers/tensor-reader.ts'
import type { Library } from '../../library/library.ts'
import type { LibrarySync } from '../../library/watch/library-sync.ts'

/** What handlers work with; `hub.ts` makes each once. */
export type Services = AccountServices & {
  /** The hub's own settings that answers depend on. */
  settings: HubSettings
  /** The OpenAPI document of this hub, for callers that reach it at this origin. */
  apiDocument: (origin: string) => Readonly<Record<string, unknown>>
  accounts: Accounts
  auditLog: AuditLog
  previewAccess: PreviewAccess
  tokens: Tokens
  models: Models
  images: Images
  creators: Creators
  tags: Tags
  usedBaseModels: UsedBaseModels
  users: Users
  preferences: Preferences
  collections: Collections
  vaults: Vaults
  downloads: Downloads
  fileLocations: FileLocations
  signedUrls: SignedUrls
  imageDelivery: ImageDelivery
  tensorReader: TensorReader
  library: Pick<Library, 'summarize'>
  following: LibrarySync
}

/** Owner's choices that shape answers; from the configuration. */
export interface HubSettings {
  /** Browsing levels that a list shows when neither `nsfw` nor `browsingLevel` is given (bits, contract §2 GET /images). */
  defaultBrowsingLevel: number
  /** Whether downloads need a sign-in where the model does not say otherwise. */
  loginOnly: boolean
  /** What is asked of all programs. */
  access: AccessPolicy
  /** Who may make an account. */
  signUp: 'off' | 'invitation' | 'open'
  /** Username of the account that publishes models without a creator. */
  defaultCreator: string
  /** So many days a new token lives at the longest; null: without end. */
  maxTokenLifetimeDays: number | null
  /** Where people may sign in beside the hub itself. */
  providers: readonly { id: string; name: string }[]
}
