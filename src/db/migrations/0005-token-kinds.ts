/** Kinds of tokens and their origins, how an old secret ends, and what clients need of a token. */
export const tokenKinds = (): string[] => [
  `alter table token add column kind text not null default 'bearer'`,
  `create table token_origin (
    origin text not null, token_id integer not null references token (id) on delete cascade,
    primary key (origin, token_id)
  )`, // preflights, which name no token
  `create index token_origin_token on token_origin (token_id)`, // the list of an account's tokens
  `alter table token_secret add column superseded_at bigint`,
  `alter table token_secret add column silence_ms bigint`,
  // Whoever was recorded before may have needed anything: no scope is known of it, and more than downloads is assumed.
  `alter table token_client add column scopes bigint not null default 0`,
  `alter table token_client add column beyond_downloads integer not null default 1`,
  `drop index token_warning_token`,
  `alter table token_warning add column place text not null default ''`,
  `create unique index token_warning_token on token_warning (token_id, kind, network, agent, place)`, // one of each
  `update token_secret set superseded_at = created_at where ends_at is not null`,
]
