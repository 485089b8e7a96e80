import type { Generated } from 'kysely'

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
  creator_id: number
  /** 1: no metadata names a creator, and `creator_id` is the default creator. */
  creator_is_default: number
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
  /** Counts that metadata states for the model as a whole; null: the imported part is the sum over its versions. */
  stated_download_count: number | null
  stated_thumbs_up_count: number | null
  stated_thumbs_down_count: number | null
  provenance: string
  created_at: number
  published_at: number
  last_version_at: number
  updated_at: number
  edited_at: number | null
  listed: number
  /** The library entry whose facts the row shows. */
  leader_entry_id: number | null
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
  /** JSON; null where metadata has none. */
  early_access_config: string | null
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
  /** The local post of its gallery; null until an image needs it. */
  post_id: number | null
  /** The library entry whose facts the row shows. */
  leader_entry_id: number | null
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
  pickle_scan_message: string | null
  virus_scan_result: string
  virus_scan_message: string | null
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
  /** The post that a sidecar names, otherwise a local one (`catalog/local-ids.ts`). */
  post_id: number
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
