/** Stored results of requests with an `Idempotency-Key`, and attempts at secrets, counted for all processes. */
export const retriesAndAttempts = (): string[] => [
  `create table idempotent_request (
    account_id integer not null references account (id) on delete cascade,
    key_digest text not null, caller text not null, request_digest text not null,
    secret_id integer not null, seed text not null, created_at bigint not null,
    primary key (account_id, key_digest)
  )`,
  `create index idempotent_request_created on idempotent_request (created_at)`, // deleting expired ones
  `create table attempt_window (
    kind text not null, network text not null, began_at bigint not null, attempts integer not null,
    primary key (kind, network)
  )`,
  `create index attempt_window_began on attempt_window (began_at)`, // deleting those that are over
]
