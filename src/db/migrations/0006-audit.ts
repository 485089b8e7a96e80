import type { SqlDialect } from '../sql-dialect.ts'

/** What happened to accounts, tokens and folders. Beside every index stands the query it serves. */
export const audit = ({ autoIncrementKey, appendOnlyAudit }: SqlDialect): string[] => [
  // Without references: an entry outlives the account, the session and the token that it names.
  `create table audit_event (
    id ${autoIncrementKey},
    at bigint not null, kind text not null,
    account_id integer, username text,
    actor text not null, actor_id integer, actor_account_id integer, actor_username text,
    network text not null, agent text not null, details text not null
  )`,
  `create index audit_event_at on audit_event (at)`, // what retention takes
  `create index audit_event_account on audit_event (account_id, id)`, // those of one account, newest first
  `create index audit_event_kind on audit_event (kind, id)`, // those of one kind, newest first
  // What was before this moment, retention may take.
  `create table audit_start (id integer primary key check (id = 1), keep_from bigint not null)`,
  `insert into audit_start (id, keep_from) values (1, 0)`,
  ...appendOnlyAudit,
]
