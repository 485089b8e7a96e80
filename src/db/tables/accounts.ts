import type { Generated } from 'kysely'

/** A person, a service, or a creator whom only sidecars name (`email` null: nobody can sign in). Dates as better-auth writes them. */
export interface AccountTable {
  id: Generated<number>
  username: string
  username_key: string
  name: string
  email: string | null
  /** Whether somebody else than the person vouches for the address: an owner of the hub, or a provider that people sign in with. */
  email_verified: number
  image: string | null
  role: 'owner' | 'user'
  status: 'active' | 'muted' | 'banned'
  tier: 'free' | 'founder' | 'bronze' | 'silver' | 'gold'
  model_count: number
  two_factor_enabled: Generated<number>
  created_at: string
  updated_at: string
}

export interface CredentialTable {
  id: Generated<number>
  account_id: string
  provider_id: string
  user_id: number
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: string | null
  refresh_token_expires_at: string | null
  scope: string | null
  password: string | null
  created_at: string
  updated_at: string
}

export interface SessionTable {
  id: Generated<number>
  user_id: number
  token: string
  expires_at: string
  ip_address: string | null
  user_agent: string | null
  created_at: string
  updated_at: string
}

export interface VerificationTable {
  id: Generated<number>
  identifier: string
  value: string
  expires_at: string
  created_at: string
  updated_at: string
}

export interface PasskeyTable {
  id: Generated<number>
  user_id: number
  name: string | null
  public_key: string
  credential_id: string
  counter: number
  device_type: string
  backed_up: number
  transports: string | null
  aaguid: string | null
  created_at: string | null
}

/** The secret of an account's authenticator app and the backup codes, both encrypted by the sessions library. */
export interface TwoFactorTable {
  id: Generated<number>
  user_id: number
  secret: string
  backup_codes: string
  verified: Generated<number>
  failed_verification_count: Generated<number>
  locked_until: string | null
  /** The step of time (RFC 6238, 30 s since 1970) whose code was taken last; null: none yet. */
  last_step: Generated<number | null>
}

/** `digest` is the HMAC-SHA-256 of what the link holds, in hexadecimal; so it is of `password_reset`. */
export interface InvitationTable {
  id: Generated<number>
  digest: string
  /** Whom it is for; null: whoever has the link. */
  email: string | null
  created_by: number | null
  created_at: number
  expires_at: number
  used_at: number | null
  used_by: number | null
}

/** What happened, to whom, and who did it. Rows are never changed; names are those of the time. */
export interface AuditEventTable {
  id: Generated<number>
  at: number
  kind: string
  /** Whom it concerns; null when that is nobody, or nobody known. */
  account_id: number | null
  username: string | null
  actor: 'session' | 'token' | 'command line' | 'nobody' | 'hub'
  /** Of the session or the token. */
  actor_id: number | null
  actor_account_id: number | null
  actor_username: string | null
  /** Empty where there is none; so is `agent`. */
  network: string
  agent: string
  /** JSON. */
  details: string
}
