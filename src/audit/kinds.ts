import type { AccountTable } from '../db/tables/accounts.ts'

/** What each kind of entry tells beside who, whom and when. Names and ids only: never a secret, nor what somebody typed. */
export interface AuditDetails {
  /** `way` is the last thing that somebody proved. */
  'sign-in': { way: SignInWay; sessionId: number }
  /** `times` within one minute, from one network and for one account. */
  'sign-in-failed': { way: SignInWay; reason: SignInFailure; times: number }
  'sign-out': { sessionId: number }
  /** A session ended otherwise than by signing out there, or by itself. */
  'session-ended': { sessionId: number; why: SessionEnd }
  /** The first one, of an account that had none. */
  'password-set': NoDetails
  'password-changed': NoDetails
  /** An owner made a link by which a new password is chosen. */
  'password-reset-made': NoDetails
  /** A new password was chosen by such a link. */
  'password-reset': NoDetails
  'two-factor-enabled': NoDetails
  'two-factor-disabled': NoDetails
  'backup-codes-made': NoDetails
  'passkey-added': { passkeyId: number }
  'passkey-removed': { passkeyId: number }
  'provider-linked': { provider: string }
  'provider-unlinked': { provider: string }
  'account-made': { how: AccountOrigin; role: AccountTable['role']; invitationId?: number }
  'role-changed': { from: AccountTable['role']; to: AccountTable['role'] }
  'status-changed': { from: AccountTable['status']; to: AccountTable['status'] }
  'invitation-made': { invitationId: number; email: string | null }
  'invitation-removed': { invitationId: number }
  'token-made': { tokenId: number; name: string; kind: string; scope: number; expiresAt: number | null }
  /** `changed` names the properties, not their values. */
  'token-changed': { tokenId: number; name: string; changed: string[] }
  'token-rotated': { tokenId: number; name: string; overlapMs: number }
  'token-revoked': { tokenId: number; name: string; reason: string }
  /** A token was used from a network that none of its uses came from before; the entry's own network is that one. */
  'token-new-network': { tokenId: number; name: string }
  'folder-added': { path: string }
  'folder-removed': { path: string }
  /** Noticed when the hub starts; `from` is null where the log tells of none before. */
  'sign-up-changed': { from: string | null; to: string }
  /** Who may download a model; only what changed. Null: as the hub does by default. */
  'model-access-changed': { modelId: number; loginOnly?: boolean | null; downloads?: boolean }
}

type NoDetails = Record<never, never>

export type SignInWay = 'password' | 'passkey' | 'provider' | 'authenticator' | 'backup code'
export type SignInFailure = 'refused' | 'banned' | 'locked'
export type SessionEnd = 'ended by its account' | 'password changed' | 'password reset' | 'banned'
export type AccountOrigin = 'setup' | 'sign-up' | 'invitation' | 'command line' | 'provider'

export type AuditKind = keyof AuditDetails

/** Every kind, in the order in which people read of them. */
export const auditKinds = [
  'sign-in',
  'sign-in-failed',
  'sign-out',
  'session-ended',
  'password-set',
  'password-changed',
  'password-reset-made',
  'password-reset',
  'two-factor-enabled',
  'two-factor-disabled',
  'backup-codes-made',
  'passkey-added',
  'passkey-removed',
  'provider-linked',
  'provider-unlinked',
  'account-made',
  'role-changed',
  'status-changed',
  'invitation-made',
  'invitation-removed',
  'token-made',
  'token-changed',
  'token-rotated',
  'token-revoked',
  'token-new-network',
  'folder-added',
  'folder-removed',
  'sign-up-changed',
  'model-access-changed',
] as const satisfies readonly AuditKind[]
