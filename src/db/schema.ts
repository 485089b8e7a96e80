import type { Generated } from 'kysely'
import type {
  AccountTable,
  AuditEventTable,
  CredentialTable,
  InvitationTable,
  PasskeyTable,
  SessionTable,
  TwoFactorTable,
  VerificationTable,
} from './tables/accounts.ts'
import type {
  CollectionTable,
  ImageTable,
  ModelFileTable,
  ModelTable,
  ModelVersionTable,
  VaultItemTable,
} from './tables/catalog.ts'
import type {
  DroppedFileTable,
  FilePlaceTable,
  LibraryEntryTable,
  LibraryFolderTable,
  LibraryProblemTable,
} from './tables/library.ts'
import type {
  IdempotentRequestTable,
  TokenClientTable,
  TokenRefusalTable,
  TokenSecretTable,
  TokenTable,
  TokenWarningTable,
} from './tables/tokens.ts'

/**
 * The tables, as both engines hold them. Times are Unix milliseconds, booleans 0 or 1, lists and objects JSON text,
 * hashes upper-case hexadecimal. Names that are matched without regard to letter case have a lower-cased `*_key` beside them.
 */
export interface Schema {
  account: AccountTable
  /** One row: the account that publishes models without a creator of their own. It has no email address. */
  default_creator: { id: number; account_id: number }
  credential: CredentialTable
  session: SessionTable
  verification: VerificationTable
  passkey: PasskeyTable
  two_factor: TwoFactorTable
  invitation: InvitationTable
  password_reset: { id: Generated<number>; account_id: number; digest: string; expires_at: number }
  token: TokenTable
  token_secret: TokenSecretTable
  token_origin: { origin: string; token_id: number }
  /** Days are UTC days since 1970. */
  token_day: { token_id: number; secret_id: number; day: number; requests: number }
  token_client: TokenClientTable
  token_warning: TokenWarningTable
  token_refusal: TokenRefusalTable
  idempotent_request: IdempotentRequestTable
  /** Attempts at secrets of one kind from one network, in the window that began with the first. */
  attempt_window: { kind: string; network: string; began_at: number; attempts: number }
  /** Who came without being known: one program (its `User-Agent`, empty for none) at one address. */
  anonymous_client: { network: string; agent: string; last_seen_at: number; requests: number }
  audit_event: AuditEventTable
  /** One row: entries of the audit log from this moment on (Unix milliseconds) are kept. */
  audit_start: { id: number; keep_from: number }
  library_folder: LibraryFolderTable
  library_entry: LibraryEntryTable
  file_place: FilePlaceTable
  library_problem: LibraryProblemTable
  /** Files whose last place went; they are dropped at the end of a scan, unless they turned up elsewhere. */
  lost_file: { file_id: number; lost_at: number }
  /** Keys that entries of one version or model share (`library/record/entry-keys.ts`). */
  entry_key: { key: number; entry_id: number }
  /** Ids that were replaced: `old_id` resolves to `new_id` as long as no row has it. */
  id_alias: { kind: 'model' | 'model_version' | 'model_file' | 'image'; old_id: number; new_id: number }
  dropped_file: DroppedFileTable
  model: ModelTable
  model_version: ModelVersionTable
  model_file: ModelFileTable
  file_hash: { hash: string; kind: string; file_id: number }
  tag: { id: Generated<number>; name: string; name_key: string; model_count: number }
  /** How many tags and accounts have listed models. */
  kept_count: { name: 'tag' | 'account'; count: number }
  model_tag: { tag_id: number; model_id: number }
  image: ImageTable
  /** Videos with the still image next to their file. */
  video_still: { video_id: number; still_id: number }
  image_version: { image_id: number; version_id: number }
  /** Every hash that an image names as used, whether the catalog holds such a file or not yet. */
  image_hash: { hash: string; image_id: number }
  account_model: { account_id: number; kind: 'favorite' | 'hidden'; model_id: number; created_at: number }
  collection: CollectionTable
  collection_item: { collection_id: number; model_id: number; added_at: number }
  vault: { account_id: number; created_at: number; updated_at: number }
  vault_item: VaultItemTable
  download_day: { version_id: number; day: number; downloads: number }
  id_sequence: { name: string; next_id: number }
  catalog_revision: { id: number; revision: number }
  catalog_change: { revision: number; keys: string | null }
  migration: { id: number; name: string; applied_at: number }
}
