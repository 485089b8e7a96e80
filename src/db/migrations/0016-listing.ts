import type { SqlDialect } from '../sql-dialect.ts'

/** What lists need for models without metadata. Beside every index stands the query it serves. */
export const listing = (engine: SqlDialect): string[] => [
  ...defaultCreator(),
  ...modelStats,
  ...modelLevels,
  ...scanResults,
  ...engine.fileNamesInTextIndex,
]

/**
 * Gives models without a creator the default one, called `local`; `serve` renames it to the configured username. A
 * creator whom only sidecars name may have that username already. A person's account is never used.
 */
function defaultCreator(): string[] {
  const at = `'${new Date().toISOString()}'`
  return [
    // One row.
    `create table default_creator (id integer primary key, account_id integer not null)`,
    `insert into default_creator (id, account_id)
      select 1, id from account where username_key = 'local' and email is null`,
    `insert into account (username, username_key, name, created_at, updated_at)
      with recursive candidate (number, username) as (
        select 1, 'local' union all
        select number + 1, 'local-' || (number + 1) from candidate where number < 100000
      )
      select username, username, username, ${at}, ${at} from candidate
      where username not in (select username_key from account) and not exists (select 1 from default_creator)
      order by number limit 1`,
    // The account with the highest id is the one of the statement before.
    `insert into default_creator (id, account_id)
      select 1, max(id) from account having not exists (select 1 from default_creator)`,
    `alter table model add column creator_is_default integer not null default 0`,
    `update account set model_count = model_count + (select count(*) from model where creator_id is null and listed = 1)
      where id = (select account_id from default_creator)`,
    `update kept_count set count = (select count(*) from account where model_count > 0) where name = 'account'`,
    `update model set creator_id = (select account_id from default_creator), creator_is_default = 1
      where creator_id is null`,
  ]
}

/** Until now, a model had the counts that its metadata states, and none where only its versions have some. */
const modelStats = [
  ...['stated_download_count', 'stated_thumbs_up_count', 'stated_thumbs_down_count'].map(
    (column) => `alter table model add column ${column} bigint`,
  ),
  `update model set stated_download_count = nullif(imported_download_count, 0),
    stated_thumbs_up_count = nullif(thumbs_up_count - ${favorites()}, 0),
    stated_thumbs_down_count = nullif(thumbs_down_count, 0)`,
  `update model set imported_download_count = ${sumOverVersions('imported_download_count')},
    download_count = download_count + ${sumOverVersions('imported_download_count')}
    where stated_download_count is null`,
  `update model set thumbs_up_count = ${favorites()} + ${sumOverVersions('thumbs_up_count')}
    where stated_thumbs_up_count is null`,
  `update model set thumbs_down_count = ${sumOverVersions('thumbs_down_count')}
    where stated_thumbs_down_count is null`,
]

function favorites(): string {
  return `(select count(*) from account_model where account_model.model_id = model.id and kind = 'favorite')`
}

function sumOverVersions(column: string): string {
  return `(select coalesce(sum(model_version.${column}), 0) from model_version
    where model_version.model_id = model.id and model_version.status = 'Published')`
}

/** Until now, a version without images made its model PG. */
const modelLevels = [
  `update model set nsfw_level = coalesce(nullif((
      select ${[1, 2, 4, 8, 16, 32].map((level) => `coalesce(max(image.nsfw_level & ${level}), 0)`).join(' | ')}
      from model_version join image on image.version_id = model_version.id
      where model_version.model_id = model.id and model_version.status = 'Published'
    ), 0), case when nsfw = 1 then 28 else 1 end)`,
]

/** The next scan, which reads every entry again, fills them. */
const scanResults = [
  `alter table model_file add column pickle_scan_message text`,
  `alter table model_file add column virus_scan_message text`,
  `alter table model_version add column early_access_config text`,
]
