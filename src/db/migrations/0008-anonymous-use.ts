/** Who comes without a token, and the look-up of all who come with one in an address. */
export const anonymousUsage = (): string[] => [
  `create table anonymous_client (
    network text not null, agent text not null, last_seen_at bigint not null, requests bigint not null,
    primary key (network, agent)
  )`,
  `create index anonymous_client_seen on anonymous_client (last_seen_at)`, // the latest, and those that go
  `create index token_client_seen on token_client (last_seen_at)`, // the latest of all tokens
]
