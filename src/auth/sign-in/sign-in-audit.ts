import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth'
import { createAuthMiddleware, getSessionFromCtx, isAPIError } from 'better-auth/api'
import { z } from 'zod'
import type { ActorContext } from '../../audit/actor-context.ts'
import type { FailedSignIns } from '../../audit/failed-sign-ins.ts'
import type { AuditDetails, SignInFailure, SignInWay } from '../../audit/kinds.ts'
import { type AuditEvent, recordAudit } from '../../audit/record.ts'
import type { Database } from '../../db/database.ts'
import { passwordProvider } from '../accounts/create-account.ts'
import { setInitialPasswordPath } from '../accounts/set-initial-password.ts'
import { sanitizeSender } from '../client-metadata.ts'
import { openAttemptedAccounts } from './attempted-account.ts'
import type { OnLocked } from './second-factor-codes.ts'

export interface SignInAuditOptions {
  database: Database
  failures: FailedSignIns
  /** The header in which a request has the client's address. */
  addressHeader: string
  now: () => number
}

/**
 * Records what people do by way of the sessions library. It brings queries of its own, so that an entry is written
 * right after what it tells of, before the answer. The last of the plugins, it sees what the others leave of a sign-in:
 * a session that waits for a second factor is none.
 */
export function signInAudit({ database, failures, addressHeader, now }: SignInAuditOptions): BetterAuthPlugin {
  const triedAccount = openAttemptedAccounts(database)
  const record = (event: AuditEvent) => database.write((transaction) => recordAudit(transaction, event))
  const senderOf = sendersBy(addressHeader)
  /** The session is the one that the request came with. */
  const askerOf = (context: GenericEndpointContext, session: LibrarySession | undefined): ActorContext => ({
    actor: session
      ? { via: 'session', accountId: Number(session.userId), sessionId: Number(session.id) }
      : { via: 'nobody' },
    ...senderOf(context),
  })

  const tried = async (context: GenericEndpointContext, way: SignInWay, returned: unknown) => {
    const { newSession, session } = context.context
    // Codes of an authenticator are asked for when it is set up, too.
    const isAsSignedIn = session !== null && (way === 'authenticator' || way === 'backup code')
    if (newSession) {
      const by = askerOf(context, isAsSignedIn ? session.session : newSession.session)
      const [accountId, sessionId] = [Number(newSession.user.id), Number(newSession.session.id)]
      const what = { at: now(), accountId, by }
      if (isAsSignedIn) await record({ kind: 'two-factor-enabled', ...what, details: {} })
      else await record({ kind: 'sign-in', ...what, details: { way, sessionId } })
      return
    }
    const reason = isAsSignedIn ? undefined : failureOf(returned)
    if (reason === undefined) return
    const accountId = await triedAccount(context)
    await failures.record({ way, reason, accountId, by: askerOf(context, undefined) })
  }

  const changed = async (context: GenericEndpointContext, change: Change, returned: unknown) => {
    const { session } = context.context
    if (!session || isAPIError(returned)) return
    const by = askerOf(context, session.session)
    await record({ at: now(), accountId: Number(session.user.id), by, ...change({ body: context.body, returned }) })
  }

  return {
    id: 'audit',
    init: () => ({
      options: {
        databaseHooks: {
          session: {
            delete: {
              async after(session, context) {
                const end = context && endings[context.path ?? '']
                if (!end) return
                const accountId = Number(session.userId)
                const sessionId = Number(session.id)
                const asking = context.context.session?.session
                const what = { at: now(), accountId, by: askerOf(context, asking ?? session) }
                if (end === 'signed out') await record({ kind: 'sign-out', ...what, details: { sessionId } })
                // Whoever chooses a password stays signed in, with another session.
                else if (end === 'ended by its account' || asking?.id !== session.id)
                  await record({ kind: 'session-ended', ...what, details: { sessionId, why: end } })
              },
            },
          },
          user: {
            create: {
              async after(person, context) {
                if (!context) return
                const what = { at: now(), accountId: Number(person.id), by: askerOf(context, undefined) }
                await record({ kind: 'account-made', ...what, details: { how: 'provider', role: 'user' } })
              },
            },
          },
          // Its `account` is a way to sign in.
          account: {
            create: {
              async after({ userId, providerId: provider }, context) {
                if (!context || provider === passwordProvider) return
                const asking = await getSessionFromCtx(context, { disableRefresh: true })
                const what = { at: now(), accountId: Number(userId), by: askerOf(context, asking?.session) }
                await record({ kind: 'provider-linked', ...what, details: { provider } })
              },
            },
            delete: {
              async after({ userId, providerId: provider }, context) {
                if (!context) return
                const what = {
                  at: now(),
                  accountId: Number(userId),
                  by: askerOf(context, context.context.session?.session),
                }
                await record({ kind: 'provider-unlinked', ...what, details: { provider } })
              },
            },
          },
        },
      },
    }),
    hooks: {
      after: [
        {
          matcher: ({ path }) => path !== undefined && (path in ways || path in changes),
          handler: createAuthMiddleware(async (context) => {
            const [way, change] = [ways[context.path], changes[context.path]]
            const { returned } = context.context
            if (way) await tried(context, way, returned)
            if (change) await changed(context, change, returned)
          }),
        },
      ],
    },
  }
}

/** The client of a request whose address is in this header. */
const sendersBy =
  (addressHeader: string) =>
  ({ headers }: GenericEndpointContext) =>
    sanitizeSender({
      address: headers?.get(addressHeader) ?? '',
      userAgent: headers?.get('user-agent') ?? undefined,
    })

/** Records a code that was refused because its account is locked: the library does not see such a request. */
export function onLockedAccount({
  failures,
  addressHeader,
}: Pick<SignInAuditOptions, 'failures' | 'addressHeader'>): OnLocked {
  const senderOf = sendersBy(addressHeader)
  return (context, way, accountId) =>
    failures.record({ way, reason: 'locked', accountId, by: { actor: { via: 'nobody' }, ...senderOf(context) } })
}

type LibrarySession = { id: string; userId: string }

const ways: Record<string, SignInWay> = {
  '/sign-in/email': 'password',
  '/sign-in/username': 'password',
  '/passkey/verify-authentication': 'passkey',
  '/callback/:id': 'provider',
  '/two-factor/verify-totp': 'authenticator',
  '/two-factor/verify-backup-code': 'backup code',
}

/** What somebody who is signed in did, by what they sent and were answered. */
type Change = (asked: { body: unknown; returned: unknown }) => AccountChange
type AccountChange = { [Kind in ChangeKind]: { kind: Kind; details: AuditDetails[Kind] } }[ChangeKind]
type ChangeKind =
  | 'password-set'
  | 'password-changed'
  | 'two-factor-disabled'
  | 'backup-codes-made'
  | 'passkey-added'
  | 'passkey-removed'

const withId = z.object({ id: z.coerce.number() })

const changes: Record<string, Change> = {
  [setInitialPasswordPath]: () => ({ kind: 'password-set', details: {} }),
  '/change-password': () => ({ kind: 'password-changed', details: {} }),
  '/two-factor/disable': () => ({ kind: 'two-factor-disabled', details: {} }),
  '/two-factor/generate-backup-codes': () => ({ kind: 'backup-codes-made', details: {} }),
  '/passkey/verify-registration': ({ returned }) => ({
    kind: 'passkey-added',
    details: { passkeyId: withId.parse(returned).id },
  }),
  '/passkey/delete-passkey': ({ body }) => ({
    kind: 'passkey-removed',
    details: { passkeyId: withId.parse(body).id },
  }),
}

/** Why a session was deleted, by what was asked for; elsewhere it made way for another one, or had expired. */
const endings: Record<string, 'signed out' | 'ended by its account' | 'password changed'> = {
  '/sign-out': 'signed out',
  '/revoke-session': 'ended by its account',
  '/revoke-sessions': 'ended by its account',
  '/revoke-other-sessions': 'ended by its account',
  '/change-password': 'password changed',
}

/** Why nobody got in; undefined where somebody did, or is asked for more. Whoever comes from a provider is sent on with the reason. */
function failureOf(returned: unknown): SignInFailure | undefined {
  if (!isAPIError(returned)) return undefined
  const sentTo = new Headers(returned.headers).get('location')
  const code =
    sentTo === null ? (returned.body?.code ?? '') : new URL(sentTo, 'http://hub.invalid').searchParams.get('error')
  if (code === null) return undefined
  return code === 'account_banned' ? 'banned' : 'refused'
}
