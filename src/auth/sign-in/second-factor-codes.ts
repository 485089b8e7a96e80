import { timingSafeEqual } from 'node:crypto'
import { createOTP } from '@better-auth/utils/otp'
import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { parseCookies } from 'better-auth/cookies'
import { symmetricDecrypt } from 'better-auth/crypto'
import { TWO_FACTOR_ERROR_CODES } from 'better-auth/plugins/two-factor'
import type { Selectable, Transaction } from 'kysely'
import { z } from 'zod'
import type { SignInWay } from '../../audit/kinds.ts'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import type { TwoFactorTable } from '../../db/tables/accounts.ts'
import { challengeCookie, secondFactorAccount } from './attempted-account.ts'

/** Called when a code was not checked because its account is locked. */
export type OnLocked = (context: GenericEndpointContext, way: SignInWay, accountId: number) => Promise<void>

/**
 * Checks the codes of second factors before the sessions library does. In one transaction it looks whether the account is
 * locked, checks the code, and counts it: of any number of parallel requests to any number of processes, no more than
 * {@link lockout} wrong codes in a row are checked (NIST SP 800-63B §5.2.2). A right code begins a new count. The library
 * reads the count before it checks and writes it afterwards, so its own lockout is off.
 *
 * A code of an authenticator works once, and none that is older than one that was used (RFC 6238 §5.2). A wrong or used code
 * is made a wrong one for the library, which then answers as for any other.
 */
export function secondFactorCodes(database: Database, onLocked: OnLocked): BetterAuthPlugin {
  // Index `two_factor_user`.
  const lockOf = database.lookup((query, values: BindPlaceholder<{ accountId: number }>) =>
    query.selectFrom('two_factor').select('locked_until').where('user_id', '=', values('accountId')),
  )
  const signIn = async (context: GenericEndpointContext, way: CodeWay, code: string) => {
    const accountId = await secondFactorAccount(context)
    // The library refuses what has no valid challenge.
    if (accountId === null) return undefined
    const lock = await lockOf.first({ accountId })
    // A flood on a locked account writes nothing.
    const result =
      lock && lockEnd(lock) > Date.now()
        ? { lockedUntil: lockEnd(lock) }
        : await database.write((transaction) => check(transaction, { accountId, way, code, key: keyOf(context) }))
    if (typeof result === 'object') {
      await onLocked(context, way, accountId)
      const seconds = Math.max(1, Math.ceil((result.lockedUntil - Date.now()) / 1000))
      throw new APIError('TOO_MANY_REQUESTS', TWO_FACTOR_ERROR_CODES.ACCOUNT_TEMPORARILY_LOCKED, {
        'retry-after': `${seconds}`,
      })
    }
    return result === 'right' ? undefined : { context: { body: { code: '' } } }
  }
  /** A person who is signed in already confirms an authenticator: that opens nothing, so that it counts for no lock. */
  const confirm = async (context: GenericEndpointContext, way: CodeWay, code: string, accountId: number) => {
    // Should the session end before the library looks for it, no other account may be in its place.
    const headers = withoutChallenge(context)
    const isTaken =
      way !== 'authenticator' ||
      (await database.write(async (transaction) => {
        const factor = await factorOf(transaction, accountId)
        const step = factor && (await newStep(factor, keyOf(context), code))
        if (!factor || step === undefined) return false
        await transaction.updateTable('two_factor').set({ last_step: step }).where('id', '=', factor.id).execute()
        return true
      }))
    return { context: { headers, ...(!isTaken && { body: { code: '' } }) } }
  }
  return {
    id: 'second-factor-codes',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path !== undefined && path in ways,
          handler: createAuthMiddleware(async (context) => {
            const way = ways[context.path]
            const sent = z.object({ code: z.string() }).safeParse(context.body)
            // The library refuses any other body.
            if (!sent.success || way === undefined) return
            // The library looks in this order as well.
            const session = await getSessionFromCtx(context, { disableRefresh: true })
            return session
              ? confirm(context, way, sent.data.code, Number(session.user.id))
              : signIn(context, way, sent.data.code)
          }),
        },
      ],
    },
  }
}

/** After this many wrong codes in a row an account takes none for this long. */
const lockout = { failures: 10, milliseconds: 15 * 60_000 }

type CodeWay = Extract<SignInWay, 'authenticator' | 'backup code'>

const ways: Readonly<Record<string, CodeWay>> = {
  '/two-factor/verify-totp': 'authenticator',
  '/two-factor/verify-backup-code': 'backup code',
}

type Factor = Omit<Selectable<TwoFactorTable>, 'user_id' | 'verified'>

/** Index `two_factor_user`. */
const factorOf = (transaction: Transaction<Schema>, accountId: number): Promise<Factor | undefined> =>
  transaction
    .selectFrom('two_factor')
    .select(['id', 'secret', 'backup_codes', 'failed_verification_count', 'locked_until', 'last_step'])
    .where('user_id', '=', accountId)
    .executeTakeFirst()

/** Until when an account is locked (Unix milliseconds); 0: it is not. */
const lockEnd = ({ locked_until }: Pick<Factor, 'locked_until'>): number =>
  locked_until === null ? 0 : Date.parse(locked_until)

type EncryptionKey = Parameters<typeof symmetricDecrypt>[0]['key']
const keyOf = (context: GenericEndpointContext): EncryptionKey => context.context.secretConfig

/** Checks a code of an account that signs in, and counts it. */
async function check(
  transaction: Transaction<Schema>,
  { accountId, way, code, key }: { accountId: number; way: CodeWay; code: string; key: EncryptionKey },
): Promise<'right' | 'wrong' | { lockedUntil: number }> {
  const at = Date.now()
  const factor = await factorOf(transaction, accountId)
  if (!factor) return 'wrong'
  const end = lockEnd(factor)
  if (end > at) return { lockedUntil: end }
  const step = way === 'authenticator' ? await newStep(factor, key, code) : undefined
  const isRight = way === 'authenticator' ? step !== undefined : await isBackupCode(factor, key, code)
  // A lock that is over begins a new count.
  const failures = isRight ? 0 : (end > 0 ? 0 : factor.failed_verification_count) + 1
  await transaction
    .updateTable('two_factor')
    .set({
      failed_verification_count: failures,
      locked_until: failures >= lockout.failures ? new Date(at + lockout.milliseconds).toISOString() : null,
      ...(step !== undefined && { last_step: step }),
    })
    .where('id', '=', factor.id)
    .execute()
  return isRight ? 'right' : 'wrong'
}

/** The time step that a code of an authenticator belongs to; undefined for a wrong code, and one that was used. */
async function newStep(factor: Factor, key: EncryptionKey, code: string): Promise<number | undefined> {
  const secret = await symmetricDecrypt({ key, data: factor.secret })
  const step = await stepOf(code, secret)
  return step !== undefined && (factor.last_step === null || step > factor.last_step) ? step : undefined
}

/** The library takes the code from the list when it lets the person in. */
async function isBackupCode(factor: Factor, key: EncryptionKey, code: string): Promise<boolean> {
  const codes = z.array(z.string()).parse(JSON.parse(await symmetricDecrypt({ key, data: factor.backup_codes })))
  return codes.some((one) => isSame(code, one))
}

/**
 * The time step whose code it is; undefined when it is of none that counts. The one before and the one after count as well:
 * clocks of phones are fast or slow, and typing takes a while.
 */
async function stepOf(code: string, secret: string): Promise<number | undefined> {
  const now = Math.floor(Date.now() / stepMilliseconds)
  const steps = [now - 1, now, now + 1]
  const codes = await Promise.all(steps.map((step) => createOTP(secret).hotp(step)))
  return steps.find((_, place) => isSame(code, codes[place] ?? ''))
}

const stepMilliseconds = 30_000

function isSame(given: string, code: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(code)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** The headers without the cookie of a sign-in that waits for its second factor. */
function withoutChallenge(context: GenericEndpointContext): Headers {
  const headers = new Headers(context.headers)
  const cookies = parseCookies(headers.get('cookie') ?? '')
  cookies.delete(challengeCookie(context))
  headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
  return headers
}
