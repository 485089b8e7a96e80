import { timingSafeEqual } from 'node:crypto'
import { createOTP } from '@better-auth/utils/otp'
import type { BetterAuthPlugin } from 'better-auth'
import { createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { symmetricDecrypt } from 'better-auth/crypto'
import { z } from 'zod'
import type { Database } from '../db/database.ts'
import type { PlaceholderOf } from '../db/prepared.ts'
import { secondFactorAccount } from './tried-account.ts'

/**
 * Takes each code of an authenticator once, and none that is older than one that was taken (RFC 6238 §5.2): the sessions
 * library takes a code as long as it lasts. Whatever has been used is made a wrong code before the library sees it, which
 * counts and records it as one.
 */
export function codesWorkOnce(database: Database): BetterAuthPlugin {
  // Index `two_factor_user`.
  const secretOf = database.lookup((query, values: PlaceholderOf<{ accountId: number }>) =>
    query.selectFrom('two_factor').select('secret').where('user_id', '=', values('accountId')),
  )
  /** True for one caller alone, whoever else comes with the same code at the same time. */
  const takeStep = async (accountId: number, step: number) => {
    const { numUpdatedRows } = await database.write((transaction) =>
      transaction
        .updateTable('two_factor')
        .set({ last_step: step })
        .where('user_id', '=', accountId)
        .where((where) => where.or([where('last_step', 'is', null), where('last_step', '<', step)]))
        .executeTakeFirst(),
    )
    return numUpdatedRows > 0n
  }
  return {
    id: 'codes-work-once',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/two-factor/verify-totp',
          handler: createAuthMiddleware(async (context) => {
            const sent = z.object({ code: z.string() }).safeParse(context.body)
            if (!sent.success) return
            // The library asks in this order as well.
            const asking = await getSessionFromCtx(context, { disableRefresh: true })
            const accountId = asking ? Number(asking.user.id) : await secondFactorAccount(context)
            const factor = accountId === null ? undefined : await secretOf.first({ accountId })
            if (accountId === null || !factor) return
            const secret = await symmetricDecrypt({ key: context.context.secretConfig, data: factor.secret })
            const step = await stepOf(sent.data.code, secret)
            if (step === undefined || !(await takeStep(accountId, step))) return { context: { body: { code: '' } } }
          }),
        },
      ],
    },
  }
}

/**
 * The step of time whose code it is; undefined when it is of none that counts. The one before and the one after count
 * as well: clocks of phones go before or after, and typing takes its time.
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
