import type { components } from '../api/schema.d.ts'

type AuditEvent = components['schemas']['AuditEvent']
export type AuditKind = AuditEvent['kind']

type Details = AuditEvent['details']

/** What happened, in one sentence for people, by what an entry tells beside who, whom and when. */
export function eventWords({ kind, details }: Pick<AuditEvent, 'kind' | 'details'>): string {
  const words = sentences[kind]
  return typeof words === 'string' ? words : words(details)
}

const text = (details: Details, name: string) => String(details[name] ?? '')
const quoted = (details: Details, name = 'name') => `"${text(details, name)}"`

/** After "signed in", or "a sign-in". */
const ways: Record<string, string> = {
  password: 'with the password',
  passkey: 'with a passkey',
  provider: 'by single sign-on',
  authenticator: 'with the password and a code of the authenticator',
  'backup code': 'with the password and a backup code',
}
const way = (details: Details) => ways[text(details, 'way')] ?? ''

const failures: Record<string, string> = {
  banned: 'the account is banned',
  locked: 'there were too many wrong codes',
}

function failedSignIn(details: Details): string {
  const reason = failures[text(details, 'reason')]
  const times = Number(details.times)
  const what = times > 1 ? `${times.toLocaleString('en')} more sign-ins` : 'A sign-in'
  return `${what} ${way(details)} failed${reason === undefined ? '' : `: ${reason}`}`
}

const endings: Record<string, string> = {
  'ended by its account': 'A session was signed out from another one',
  'password changed': 'A session ended as the password changed',
  'password reset': 'A session ended as a new password was chosen',
  banned: 'A session ended as the account was banned',
}

/** Who runs commands is told of every entry alike. */
const origins: Record<string, string> = {
  setup: 'as the first of the hub',
  'sign-up': 'by signing up',
  invitation: 'with an invitation',
  provider: 'by single sign-on',
}

const statuses: Record<string, string> = { muted: 'muted', banned: 'banned' }

function statusChange(details: Details): string {
  const now = statuses[text(details, 'to')]
  if (now !== undefined) return `The account was ${now}`
  return `The account is no longer ${text(details, 'from')}`
}

const policies: Record<string, string> = {
  off: 'nobody',
  invitation: 'who has an invitation',
  open: 'everybody',
}

function modelAccess({ modelId, loginOnly, downloads }: Details): string {
  const said = [
    loginOnly === true && 'downloads need a sign-in',
    loginOnly === false && 'downloads need no sign-in',
    loginOnly === null && 'downloads need a sign-in where the hub says so',
    downloads === true && 'downloads are on',
    downloads === false && 'downloads are off',
  ]
  return `Model ${modelId ?? ''}: ${said.filter(Boolean).join(', ')}`
}

const sentences: Record<AuditKind, string | ((details: Details) => string)> = {
  'sign-in': (details) => `Signed in ${way(details)}`,
  'sign-in-failed': failedSignIn,
  'sign-out': 'Signed out',
  'session-ended': (details) => endings[text(details, 'why')] ?? 'A session ended',
  'password-set': 'The first password was set',
  'password-changed': 'The password was changed',
  'password-reset-made': 'A link for a new password was made',
  'password-reset': 'A new password was chosen with a link',
  'two-factor-enabled': 'The second factor was turned on',
  'two-factor-disabled': 'The second factor was turned off',
  'backup-codes-made': 'New backup codes were made',
  'passkey-added': 'A passkey was added',
  'passkey-removed': 'A passkey was removed',
  'provider-linked': 'Single sign-on was linked',
  'provider-unlinked': 'Single sign-on was unlinked',
  'account-made': (details) => `The account was made ${origins[text(details, 'how')] ?? ''}`.trim(),
  'role-changed': ({ to }) => (to === 'owner' ? 'The account became an owner' : 'The account is no longer an owner'),
  'status-changed': statusChange,
  'invitation-made': ({ email }) =>
    typeof email === 'string' ? `An invitation for ${email} was made` : 'An invitation was made',
  'invitation-removed': ({ invitationId }) => `Invitation ${invitationId ?? ''} was taken back`,
  'token-made': (details) => `The API key ${quoted(details)} was made`,
  'token-changed': (details) => `What the API key ${quoted(details)} may was changed`,
  'token-rotated': (details) => `The API key ${quoted(details)} was rotated`,
  'token-revoked': (details) => `The API key ${quoted(details)} ended: ${text(details, 'reason')}`,
  'token-new-network': (details) => `The API key ${quoted(details)} was used from a new address`,
  'folder-added': (details) => `The folder ${text(details, 'path')} was added to the library`,
  'folder-removed': (details) => `The folder ${text(details, 'path')} was taken out of the library`,
  'sign-up-changed': (details) => `Who may sign up: ${policies[text(details, 'to')] ?? text(details, 'to')}`,
  'model-access-changed': modelAccess,
}
