import type { SqlDialect } from '../sql-dialect.ts'

/** The first shape of the database. Beside every index stands the query it serves. */
export const initial = (engine: SqlDialect): string[] => [
  ...accounts(engine),
  ...library(engine),
  ...catalog(engine),
  ...preferences(engine),
  `create table id_sequence (name text primary key, next_id bigint not null)`,
  `create table catalog_revision (id integer primary key, revision bigint not null)`,
  `insert into catalog_revision (id, revision) values (1, 1)`,
  ...engine.textIndex,
]

const accounts = ({ autoIncrementKey }: SqlDialect): string[] => [
  `create table account (
    id ${autoIncrementKey},
    username text not null, username_key text not null, name text not null,
    email text, email_verified integer not null default 0, image text,
    role text not null default 'user', status text not null default 'active', tier text not null default 'free',
    model_count integer not null default 0,
    created_at text not null, updated_at text not null
  )`,
  `create unique index account_username on account (username_key)`, // sign-in, username filter, /users
  `create index account_creator on account (username_key) where model_count > 0`, // GET /creators
  `create unique index account_email on account (email)`, // sign-in
  `create table credential (
    id ${autoIncrementKey},
    account_id text not null, provider_id text not null,
    user_id integer not null references account (id) on delete cascade,
    access_token text, refresh_token text, id_token text,
    access_token_expires_at text, refresh_token_expires_at text, scope text, password text,
    created_at text not null, updated_at text not null
  )`,
  `create index credential_user on credential (user_id)`,
  `create index credential_provider on credential (provider_id, account_id)`,
  `create table session (
    id ${autoIncrementKey},
    user_id integer not null references account (id) on delete cascade,
    token text not null, expires_at text not null, ip_address text, user_agent text,
    created_at text not null, updated_at text not null
  )`,
  `create unique index session_token on session (token)`,
  `create index session_user on session (user_id)`,
  `create table verification (
    id ${autoIncrementKey},
    identifier text not null, value text not null, expires_at text not null,
    created_at text not null, updated_at text not null
  )`,
  `create index verification_identifier on verification (identifier)`,
  `create table token (
    id ${autoIncrementKey},
    account_id integer not null references account (id) on delete cascade,
    name text not null, scope bigint not null, networks text not null, query_policy text not null,
    created_at bigint not null, expires_at bigint, revoked_at bigint, revoked_reason text
  )`,
  `create index token_account on token (account_id, id)`, // the list of an account's tokens
  `create table token_secret (
    id ${autoIncrementKey},
    token_id integer not null references token (id) on delete cascade,
    digest text not null, last_four text not null, created_at bigint not null, ends_at bigint,
    last_used_at bigint, last_used_network text, last_used_agent text
  )`,
  `create unique index token_secret_digest on token_secret (digest)`, // every authenticated request
  `create index token_secret_token on token_secret (token_id)`,
  `create table token_day (
    token_id integer not null, secret_id integer not null, day integer not null, requests integer not null,
    primary key (token_id, secret_id, day)
  )`,
]

const library = ({ autoIncrementKey }: SqlDialect): string[] => [
  `create table library_folder (
    id ${autoIncrementKey}, path text not null, added_at bigint not null, scanned_at bigint, root text
  )`,
  `create unique index library_folder_path on library_folder (path)`,
  `create table library_entry (
    id ${autoIncrementKey},
    folder_id integer not null, directory text not null, stem text not null, fingerprint text not null,
    trust integer not null, version_id integer not null, read_at bigint not null
  )`,
  `create unique index library_entry_stem on library_entry (folder_id, directory, stem)`, // a scan meets each stem
  `create index library_entry_version on library_entry (version_id)`, // who else speaks of a version
  `create table file_place (
    id ${autoIncrementKey},
    folder_id integer not null, path text not null, entry_id integer not null, file_id integer not null,
    size_bytes bigint not null, mtime_ms bigint not null, inode text not null
  )`,
  `create unique index file_place_path on file_place (folder_id, path)`, // a scan meets each file
  `create index file_place_entry on file_place (entry_id)`,
  `create index file_place_file on file_place (file_id)`, // where a download finds its bytes
  `create index file_place_inode on file_place (inode)`, // a renamed file need not be hashed again
  `create table library_problem (
    id ${autoIncrementKey},
    folder_id integer not null, entry_id integer, path text not null, reason text not null, seen_at bigint not null
  )`,
  `create unique index library_problem_path on library_problem (folder_id, path, reason)`, // a scan meets it again
  `create index library_problem_entry on library_problem (entry_id)`,
  `create table lost_file (file_id integer primary key, lost_at bigint not null)`,
]

const catalog = ({ autoIncrementKey, clusteredByKey }: SqlDialect): string[] => [
  `create table model (
    id integer primary key,
    name text not null, description text, type text not null,
    nsfw integer not null default 0, nsfw_level integer not null, poi integer not null default 0,
    minor integer not null default 0, sfw_only integer not null default 0,
    mode text, status text not null, availability text not null, creator_id integer, checkpoint_type text,
    allow_no_credit integer not null, allow_commercial_use text not null,
    allow_derivatives integer not null, allow_different_license integer not null,
    login_only integer, downloads_disabled integer not null default 0,
    download_count integer not null default 0, imported_download_count integer not null default 0,
    thumbs_up_count integer not null default 0, thumbs_down_count integer not null default 0,
    comment_count integer not null default 0, collected_count integer not null default 0,
    image_count integer not null default 0, tipped_amount_count integer not null default 0,
    provenance text not null, created_at bigint not null, published_at bigint not null,
    last_version_at bigint not null, updated_at bigint not null, edited_at bigint,
    listed integer not null default 0
  )`,
  // One for each sort of GET /models; the id at the end makes it a key for cursors.
  `create index model_rated on model (listed, thumbs_up_count, download_count, id)`,
  `create index model_downloaded on model (listed, download_count, thumbs_up_count, id)`,
  `create index model_discussed on model (listed, comment_count, thumbs_up_count, id)`,
  `create index model_collected on model (listed, collected_count, thumbs_up_count, id)`,
  `create index model_images on model (listed, image_count, thumbs_up_count, id)`,
  `create index model_newest on model (listed, last_version_at, id)`,
  `create index model_oldest on model (listed, last_version_at, id desc)`,
  `create index model_creator on model (creator_id, listed)`, // username filter, model counts
  `create table model_version (
    id integer primary key,
    model_id integer not null, position integer not null, name text not null, description text,
    base_model text not null, base_model_type text, trained_words text not null,
    status text not null, availability text not null, nsfw_level integer not null,
    usage_control text not null, upload_type text not null, early_access_ends_at bigint,
    download_count integer not null default 0, imported_download_count integer not null default 0,
    thumbs_up_count integer not null default 0, thumbs_down_count integer not null default 0,
    provenance text not null, created_at bigint not null, published_at bigint not null,
    updated_at bigint not null, edited_at bigint, file_count integer not null default 0
  )`,
  `create index model_version_model on model_version (model_id, position, id)`, // a model's versions, newest first
  `create index model_version_base on model_version (base_model, model_id)`, // baseModels filter
  `create table model_file (
    id integer primary key,
    version_id integer not null, name text not null, type text not null, size_bytes bigint not null,
    format text, size text, fp text, quant_type text, sha256 text not null, hashes text not null,
    is_primary integer not null default 0, pickle_scan_result text not null, virus_scan_result text not null,
    scanned_at bigint not null, created_at bigint not null
  )`,
  `create index model_file_version on model_file (version_id, id)`, // a version's files
  `create index model_file_sha256 on model_file (sha256, version_id)`, // POST by-hash, moved files
  `create table file_hash (
    hash text not null, kind text not null, file_id integer not null, primary key (hash, kind, file_id)
  ) ${clusteredByKey}`,
  `create index file_hash_file on file_hash (file_id)`,
  `create table tag (
    id ${autoIncrementKey}, name text not null, name_key text not null, model_count integer not null default 0
  )`,
  `create unique index tag_name on tag (name_key)`, // tag filter, prefix search
  `create index tag_count on tag (model_count, id)`, // GET /tags
  `create table model_tag (
    tag_id integer not null, model_id integer not null, primary key (tag_id, model_id)
  ) ${clusteredByKey}`,
  `create index model_tag_model on model_tag (model_id, tag_id)`,
  `create table image (
    id integer primary key,
    uuid text not null, folder_id integer, path text not null, entry_id integer,
    version_id integer, model_id integer, post_id integer, creator_id integer, position integer not null,
    type text not null, mime text not null, extension text not null,
    width integer not null, height integer not null, hash text not null,
    size_bytes bigint not null, mtime_ms bigint not null, nsfw_level integer not null, base_model text,
    has_positive_prompt integer not null default 0,
    minor integer not null default 0, poi integer not null default 0,
    cry_count integer not null default 0, laugh_count integer not null default 0,
    like_count integer not null default 0, dislike_count integer not null default 0,
    heart_count integer not null default 0, comment_count integer not null default 0,
    reaction_count integer not null default 0, collected_count integer not null default 0,
    random_key integer not null, created_at bigint not null,
    meta text
  )`, // `meta` is last, since it may be long and a row is read up to the column that is asked for
  `create unique index image_uuid on image (uuid)`, // image delivery
  `create index image_path on image (folder_id, path)`, // a scan meets each preview
  `create index image_entry on image (entry_id)`,
  `create index image_position on image (version_id, position, id)`, // a version's gallery
  `create index image_model on image (model_id, id)`,
  `create index image_post on image (post_id, id)`,
  `create index image_creator on image (creator_id, id)`,
  // One for each sort of GET /images. What stands behind the id lets a walk pass by other images without reading them.
  `create index image_reactions on image (reaction_count, id, nsfw_level, model_id, created_at)`,
  `create index image_comments on image (comment_count, id, nsfw_level, model_id, created_at)`,
  `create index image_collected on image (collected_count, id, nsfw_level, model_id, created_at)`,
  `create index image_created on image (created_at, id, nsfw_level, model_id)`,
  `create index image_random on image (random_key, id, nsfw_level, model_id, created_at)`,
  `create table image_version (
    image_id integer not null, version_id integer not null, primary key (version_id, image_id)
  ) ${clusteredByKey}`,
  `create index image_version_image on image_version (image_id)`,
  `create table image_hash (
    hash text not null, image_id integer not null, primary key (hash, image_id)
  ) ${clusteredByKey}`, // a file arrives after the images that were made with it
  `create index image_hash_image on image_hash (image_id)`,
]

const preferences = ({ autoIncrementKey, clusteredByKey }: SqlDialect): string[] => [
  `create table account_model (
    account_id integer not null, kind text not null, model_id integer not null, created_at bigint not null,
    primary key (account_id, kind, model_id)
  ) ${clusteredByKey}`,
  `create index account_model_model on account_model (model_id, kind)`, // favourites of a model, what it hands on
  `create table collection (
    id ${autoIncrementKey},
    account_id integer not null, name text not null, name_key text not null, description text,
    type text not null, read text not null,
    nsfw_level integer not null default 1, cover_image_id integer,
    item_count integer not null default 0, follower_count integer not null default 0, created_at bigint not null
  )`,
  // One for each sort of GET /collections.
  `create index collection_read on collection (read, id)`,
  `create index collection_followers on collection (read, follower_count, id)`,
  `create table collection_item (
    collection_id integer not null, model_id integer not null, added_at bigint not null,
    primary key (collection_id, model_id)
  )`,
  `create table vault (account_id integer primary key, created_at bigint not null, updated_at bigint not null)`,
  `create table vault_item (
    id ${autoIncrementKey},
    account_id integer not null, version_id integer not null, model_id integer not null,
    model_name text not null, version_name text not null, creator_id integer, creator_name text not null,
    type text not null, base_model text not null, category text not null,
    model_size_kb integer not null, details_size_kb integer not null, images_size_kb integer not null,
    cover_image_id integer, files text not null, names_key text not null,
    version_created_at bigint not null, added_at bigint not null
  )`,
  `create unique index vault_item_version on vault_item (account_id, version_id)`, // is a version kept
  `create index vault_item_added on vault_item (account_id, added_at, id)`, // GET /vault/all
  `create table download_day (
    version_id integer not null, day integer not null, downloads integer not null, primary key (version_id, day)
  )`,
]
