import type { SqlDialect } from '../sql-dialect.ts'

/** Who uses which secret of a token, what stood out, and what was refused. Beside every index stands the query it serves. */
export const tokenRecord = ({ autoIncrementKey }: SqlDialect): string[] => [
  `create table token_client (
    id ${autoIncrementKey},
    token_id integer not null references token (id) on delete cascade,
    secret_id integer not null references token_secret (id) on delete cascade,
    network text not null, agent text not null, form text not null,
    last_seen_at bigint not null, requests bigint not null
  )`,
  `create unique index token_client_secret on token_client (secret_id, network, agent, form)`, // each write meets it again
  `create index token_client_token on token_client (token_id, network)`, // the networks that a token is known from
  `create table token_warning (
    id ${autoIncrementKey},
    token_id integer not null references token (id) on delete cascade,
    kind text not null, network text not null, agent text not null, at bigint not null
  )`,
  `create unique index token_warning_token on token_warning (token_id, kind, network, agent)`, // one of each
  `create table token_refusal (
    id ${autoIncrementKey},
    token_id integer not null references token (id) on delete cascade,
    at bigint not null, reason text not null, network text not null, agent text not null,
    form text not null, method text not null, path text not null
  )`,
  `create index token_refusal_token on token_refusal (token_id, at)`, // newest first
  `alter table token add column refusal_count bigint not null default 0`,
]
