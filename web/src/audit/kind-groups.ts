import type { AuditKind } from './event-words.ts'

interface KindGroup {
  group: string
  items: { value: AuditKind; label: string }[]
}

/** What people choose from to see entries of one kind, of an account. */
export const accountKinds: readonly KindGroup[] = [
  {
    group: 'Signing in',
    items: [
      { value: 'sign-in', label: 'Signed in' },
      { value: 'sign-in-failed', label: 'Sign-in failed' },
      { value: 'sign-out', label: 'Signed out' },
      { value: 'session-ended', label: 'Session ended' },
    ],
  },
  {
    group: 'Security',
    items: [
      { value: 'password-set', label: 'First password set' },
      { value: 'password-changed', label: 'Password changed' },
      { value: 'password-reset-made', label: 'Password link made' },
      { value: 'password-reset', label: 'Password chosen with a link' },
      { value: 'two-factor-enabled', label: 'Second factor on' },
      { value: 'two-factor-disabled', label: 'Second factor off' },
      { value: 'backup-codes-made', label: 'Backup codes made' },
      { value: 'passkey-added', label: 'Passkey added' },
      { value: 'passkey-removed', label: 'Passkey removed' },
      { value: 'provider-linked', label: 'Single sign-on linked' },
      { value: 'provider-unlinked', label: 'Single sign-on unlinked' },
    ],
  },
  {
    group: 'API keys',
    items: [
      { value: 'token-made', label: 'Key made' },
      { value: 'token-changed', label: 'Key changed' },
      { value: 'token-rotated', label: 'Key rotated' },
      { value: 'token-revoked', label: 'Key ended' },
      { value: 'token-new-network', label: 'Key used from a new address' },
    ],
  },
  {
    group: 'Account',
    items: [
      { value: 'account-made', label: 'Account made' },
      { value: 'role-changed', label: 'Owner or not' },
      { value: 'status-changed', label: 'Muted or banned' },
    ],
  },
]

/** Of the whole hub. */
export const hubKinds: readonly KindGroup[] = [
  ...accountKinds,
  {
    group: 'Hub',
    items: [
      { value: 'invitation-made', label: 'Invitation made' },
      { value: 'invitation-removed', label: 'Invitation taken back' },
      { value: 'sign-up-changed', label: 'Who may sign up' },
      { value: 'folder-added', label: 'Folder added' },
      { value: 'folder-removed', label: 'Folder removed' },
      { value: 'model-access-changed', label: 'Who may download a model' },
    ],
  },
]

/** The kind of this name; undefined for any other text. */
export const readKind = (name: unknown): AuditKind | undefined =>
  hubKinds.flatMap(({ items }) => items).find(({ value }) => value === name)?.value
