/** What lists need for models without metadata. Beside every index stands the query it serves. */
export const listing = (): string[] => defaultCreator()

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
