/** What a catalog of a million models needs. Beside every index stands the query it serves. */
export const largeCatalogs = (): string[] => [
  // One for each sort of GET /models. What stands behind the id lets a walk skip other models without reading them.
  ...Object.entries(orders).flatMap(([name, columns]) => [
    `drop index model_${name}`,
    `create index model_${name} on model (listed, ${columns}, type, nsfw_level, creator_id${name === 'newest' || name === 'oldest' ? '' : ', last_version_at'})`,
  ]),
  // For each filter that may have few models, those models.
  `create index model_type on model (type, listed)`,
  `create index model_unpublished on model (id) where status <> 'Published'`, // POST by-hash/ids leaves these out
  `create index model_name on model (lower(name))`, // a search for a whole name
  `drop index model_version_base`,
  `create index model_version_base on model_version (base_model, model_id, status, file_count)`,
  `create index model_version_trained on model_version (model_id) where upload_type = 'Trained'`,
  `create index model_version_early_access on model_version (early_access_ends_at, model_id)
    where early_access_ends_at is not null`,
  `create index model_file_format on model_file (format, version_id)`,
  `create index image_base on image (base_model, id)`,
  `create index image_film on image (type, id) where type <> 'image'`,
  // What GET /creators counts and looks through is all in it.
  `drop index account_creator`,
  `create index account_creator on account (username_key, model_count) where model_count > 0`,
  // The accounts that people sign in with, for their owners: creators whom only sidecars name are many more.
  `create index account_person on account (username_key, email) where email is not null`,
  // How many tags and creators have listed models: a list that tells its length need not count.
  `create table kept_count (name text primary key, count bigint not null)`,
  `insert into kept_count (name, count) select 'tag', count(*) from tag where model_count > 0`,
  `insert into kept_count (name, count) select 'account', count(*) from account where model_count > 0`,
]

const orders = {
  rated: 'thumbs_up_count, download_count, id',
  downloaded: 'download_count, thumbs_up_count, id',
  discussed: 'comment_count, thumbs_up_count, id',
  collected: 'collected_count, thumbs_up_count, id',
  images: 'image_count, thumbs_up_count, id',
  newest: 'last_version_at, id',
  oldest: 'last_version_at, id desc',
}
