import type { SqlDialect } from '../sql-dialect.ts'

/** Ways to sign in beside a password, and ways to get an account or a password from an owner. */
export const signIn = ({ autoIncrementKey }: SqlDialect): string[] => [
  `alter table account add column two_factor_enabled integer not null default 0`,
  // Until here only the owner's command line made accounts: it vouches for their addresses.
  `update account set email_verified = 1 where email is not null`,
  `create table passkey (
    id ${autoIncrementKey},
    user_id integer not null references account (id) on delete cascade,
    name text, public_key text not null, credential_id text not null, counter bigint not null,
    device_type text not null, backed_up integer not null, transports text, aaguid text, created_at text
  )`,
  `create unique index passkey_credential on passkey (credential_id)`, // signing in
  `create index passkey_user on passkey (user_id)`,
  `create table two_factor (
    id ${autoIncrementKey},
    user_id integer not null references account (id) on delete cascade,
    secret text not null, backup_codes text not null, verified integer not null default 1,
    failed_verification_count integer not null default 0, locked_until text
  )`,
  `create index two_factor_user on two_factor (user_id)`,
  `create table invitation (
    id ${autoIncrementKey},
    digest text not null, email text, created_by integer references account (id) on delete set null,
    created_at bigint not null, expires_at bigint not null,
    used_at bigint, used_by integer references account (id) on delete set null
  )`,
  `create unique index invitation_digest on invitation (digest)`, // signing up
  `create table password_reset (
    id ${autoIncrementKey},
    account_id integer not null references account (id) on delete cascade,
    digest text not null, expires_at bigint not null
  )`,
  `create unique index password_reset_digest on password_reset (digest)`, // choosing the new password
  `create index password_reset_account on password_reset (account_id)`,
]
