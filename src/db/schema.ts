import type { Generated } from 'kysely'

/**
 * The tables, as both engines hold them. Times are Unix milliseconds, booleans 0 or 1, lists and objects JSON text,
 * hashes upper-case hexadecimal. Names that are matched without regard to letter case have a lower-cased `*_key` beside them.
 */
export interface Schema {
  account: AccountTable
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
  audit_event: AuditEventTable
  /** One row: entries of the audit log from this moment on (Unix milliseconds) are kept. */
  audit_start: { id: number; keep_from: number }
  library_folder: LibraryFolderTable
  library_entry: LibraryEntryTable
  file_place: FilePlaceTable
  library_problem: LibraryProblemTable
  /** Files whose last place went; they are dropped at the end of a scan, unless they turned up elsewhere. */
  lost_file: { file_id: number; lost_at: number }
  model: ModelTable
  model_version: ModelVersionTable
  model_file: ModelFileTable
  file_hash: { hash: string; kind: string; file_id: number }
  tag: { id: Generated<number>; name: string; name_key: string; model_count: number }
  model_tag: { tag_id: number; model_id: number }
  image: ImageTable
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
  migration: { id: number; name: string; applied_at: number }
}

/** A person, a service, or a creator whom only sidecars name (`email` null: nobody can sign in). Dates as better-auth writes them. */
export interface AccountTable {
  id: Generated<number>
  username: string
  username_key: string
  name: string
  email: string | null
  /** Whether somebody else than the person vouches for the address: an owner of the hub, or a provider that people sign in with. */
  email_verified: number
  image: string | null
  role: 'owner' | 'user'
  status: 'active' | 'muted' | 'banned'
  tier: 'free' | 'founder' | 'bronze' | 'silver' | 'gold'
  model_count: number
  two_factor_enabled: Generated<number>
  created_at: string
  updated_at: string
}

export interface CredentialTable {
  id: Generated<number>
  account_id: string
  provider_id: string
  user_id: number
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: string | null
  refresh_token_expires_at: string | null
  scope: string | null
  password: string | null
  created_at: string
  updated_at: string
}

export interface SessionTable {
  id: Generated<number>
  user_id: number
  token: string
  expires_at: string
  ip_address: string | null
  user_agent: string | null
  created_at: string
  updated_at: string
}

export interface VerificationTable {
  id: Generated<number>
  identifier: string
  value: string
  expires_at: string
  created_at: string
  updated_at: string
}

export interface PasskeyTable {
  id: Generated<number>
  user_id: number
  name: string | null
  public_key: string
  credential_id: string
  counter: number
  device_type: string
  backed_up: number
  transports: string | null
  aaguid: string | null
  created_at: string | null
}

/** The secret of an account's authenticator app and the backup codes, both encrypted by the sessions library. */
export interface TwoFactorTable {
  id: Generated<number>
  user_id: number
  secret: string
  backup_codes: string
  verified: Generated<number>
  failed_verification_count: Generated<number>
  locked_until: string | null
}

/** `digest` is the HMAC-SHA-256 of what the link holds, in hexadecimal; so it is of `password_reset`. */
export interface InvitationTable {
  id: Generated<number>
  digest: string
  /** Whom it is for; null: whoever has the link. */
  email: string | null
  created_by: number | null
  created_at: number
  expires_at: number
  used_at: number | null
  used_by: number | null
}

export interface TokenTable {
  id: Generated<number>
  account_id: number
  kind: Generated<'bearer' | 'publishable' | 'canary'>
  name: string
  scope: number
  networks: string
  query_policy: 'never' | 'downloads' | 'always'
  created_at: number
  expires_at: number | null
  revoked_at: number | null
  revoked_reason: string | null
  /** Of all time; the latest of them are in `token_refusal`. */
  refusal_count: Generated<number>
}

/** A token has one secret, and two while a rotation overlaps. `digest` is the HMAC-SHA-256 of the secret, in hexadecimal. */
export interface TokenSecretTable {
  id: Generated<number>
  token_id: number
  digest: string
  last_four: string
  created_at: number
  /** When a rotation put another one in its place. */
  superseded_at: number | null
  /** When it ends at the latest. */
  ends_at: number | null
  /** It ends sooner once it was not used for this long. */
  silence_ms: number | null
  last_used_at: number | null
  last_used_network: string | null
  last_used_agent: string | null
}

/** Who uses a secret: one program (its `User-Agent`, empty for none) at one address, by the header or by `?token=`. */
export interface TokenClientTable {
  id: Generated<number>
  token_id: number
  secret_id: number
  network: string
  agent: string
  form: 'header' | 'query'
  last_seen_at: number
  requests: number
  /** Mask of the scopes that its requests called for. */
  scopes: number
  /** 1: it asked for more than downloads. */
  beyond_downloads: number
}

/** What the owner of a token should look at, until they say that they have: a secret in an address, a network that is new. */
export interface TokenWarningTable {
  id: Generated<number>
  token_id: number
  /**
   * `leak`: it was reported as leaked. `found`: it stood in content of the library. The others are refused requests: a canary,
   * a page that may not use it, a secret after the overlap of its rotation.
   */
  kind: 'query' | 'network' | 'leak' | 'found' | 'canary' | 'origin' | 'rotated'
  network: string
  agent: string
  /** Where it was found; empty for other kinds. */
  place: Generated<string>
  at: number
}

/** A request that a token was not accepted for. `path` is without its query, and holds no secret. */
export interface TokenRefusalTable {
  id: Generated<number>
  token_id: number
  at: number
  reason: 'expired' | 'revoked' | 'rotated' | 'network' | 'scope' | 'query' | 'banned' | 'origin' | 'canary'
  network: string
  agent: string
  form: 'header' | 'query'
  method: string
  path: string
}

export interface LibraryFolderTable {
  id: Generated<number>
  path: string
  added_at: number
  scanned_at: number | null
  /** Device and inode of the directory when it was scanned last: a mount point without its disk has others. */
  root: string | null
}

/** What shares one stem in one directory: model files, sidecars, previews. `fingerprint` tells whether any of them changed. */
export interface LibraryEntryTable {
  id: Generated<number>
  folder_id: number
  /** Relative to the folder, with `/`; empty for the folder itself. */
  directory: string
  stem: string
  fingerprint: string
  /** How much what lies beside the files can be trusted: 2 a sidecar names a file's SHA-256, 1 a sidecar, 0 none. */
  trust: number
  version_id: number
  read_at: number
}

/** Where a model file lies. A duplicate is one file with two places. */
export interface FilePlaceTable {
  id: Generated<number>
  folder_id: number
  path: string
  entry_id: number
  file_id: number
  size_bytes: number
  mtime_ms: number
  inode: string
}

export interface LibraryProblemTable {
  id: Generated<number>
  folder_id: number
  /** The entry it was met in, which may stay as it is while others are read again. */
  entry_id: number | null
  path: string
  reason: string
  seen_at: number
}

export interface ModelTable {
  id: number
  name: string
  description: string | null
  type: string
  nsfw: number
  nsfw_level: number
  poi: number
  minor: number
  sfw_only: number
  mode: 'Archived' | 'TakenDown' | null
  status: string
  availability: string
  creator_id: number | null
  checkpoint_type: string | null
  allow_no_credit: number
  allow_commercial_use: string
  allow_derivatives: number
  allow_different_license: number
  login_only: number | null
  downloads_disabled: number
  download_count: number
  imported_download_count: number
  thumbs_up_count: number
  thumbs_down_count: number
  comment_count: number
  collected_count: number
  image_count: number
  tipped_amount_count: number
  provenance: string
  created_at: number
  published_at: number
  last_version_at: number
  updated_at: number
  edited_at: number | null
  listed: number
}

export interface ModelVersionTable {
  id: number
  model_id: number
  position: number
  name: string
  description: string | null
  base_model: string
  base_model_type: string | null
  trained_words: string
  status: string
  availability: string
  nsfw_level: number
  usage_control: string
  upload_type: string
  early_access_ends_at: number | null
  download_count: number
  imported_download_count: number
  thumbs_up_count: number
  thumbs_down_count: number
  provenance: string
  created_at: number
  published_at: number
  updated_at: number
  edited_at: number | null
  file_count: number
}

export interface ModelFileTable {
  id: number
  version_id: number
  name: string
  type: string
  size_bytes: number
  format: string | null
  size: string | null
  fp: string | null
  quant_type: string | null
  sha256: string
  hashes: string
  is_primary: number
  pickle_scan_result: string
  virus_scan_result: string
  scanned_at: number
  created_at: number
}

/** A picture or film beside a model file, or one that the hub owns. `path` is relative to its library folder. */
export interface ImageTable {
  id: number
  uuid: string
  folder_id: number | null
  path: string
  entry_id: number | null
  version_id: number | null
  model_id: number | null
  post_id: number | null
  creator_id: number | null
  position: number
  type: 'image' | 'video'
  mime: string
  extension: string
  width: number
  height: number
  hash: string
  size_bytes: number
  mtime_ms: number
  nsfw_level: number
  base_model: string | null
  meta: string | null
  has_positive_prompt: number
  /** A bearer token stands in its bytes, which are not served as they are. */
  holds_token: Generated<number>
  minor: number
  poi: number
  cry_count: number
  laugh_count: number
  like_count: number
  dislike_count: number
  heart_count: number
  comment_count: number
  reaction_count: number
  collected_count: number
  random_key: number
  created_at: number
}

export interface CollectionTable {
  id: Generated<number>
  account_id: number
  name: string
  name_key: string
  description: string | null
  type: string
  read: 'Private' | 'Public' | 'Unlisted'
  nsfw_level: number
  cover_image_id: number | null
  item_count: number
  follower_count: number
  created_at: number
}

/** What an account keeps of a version, whole by itself: it stays when the library drops the version. */
export interface VaultItemTable {
  id: Generated<number>
  account_id: number
  version_id: number
  model_id: number
  model_name: string
  version_name: string
  creator_id: number | null
  creator_name: string
  type: string
  base_model: string
  category: string
  model_size_kb: number
  details_size_kb: number
  images_size_kb: number
  cover_image_id: number | null
  files: string
  /** Names of model, version and creator in lower case, a line each: what a search reads, and the order by name. */
  names_key: string
  version_created_at: number
  added_at: number
}

/** What happened, to whom, and who did it. Rows are never changed; names are those of the time. */
export interface AuditEventTable {
  id: Generated<number>
  at: number
  kind: string
  /** Whom it concerns; null when that is nobody, or nobody known. */
  account_id: number | null
  username: string | null
  actor: 'session' | 'token' | 'command line' | 'nobody' | 'hub'
  /** Of the session or the token. */
  actor_id: number | null
  actor_account_id: number | null
  actor_username: string | null
  /** Empty where there is none; so is `agent`. */
  network: string
  agent: string
  /** JSON. */
  details: string
}
