import type { BetterAuthOptions } from 'better-auth'

/**
 * How long a session lives. It is renewed as it is used, and ends seven days after that; however often it is renewed, it
 * ends `maxSessionDays` after it began, which takes a sign-in or the password.
 */
export function sessionLifetime(maxSessionDays: number): {
  expiresIn: number
  hooks: NonNullable<NonNullable<BetterAuthOptions['databaseHooks']>['session']>
} {
  const maxSeconds = maxSessionDays * daySeconds
  return {
    expiresIn: Math.min(idleSeconds, maxSeconds),
    hooks: {
      update: {
        async before({ expiresAt }, context) {
          if (!expiresAt) return
          const session = context?.context.session?.session
          // Nobody renews a session but who holds it: what has no known beginning gets no more time.
          if (!session) return false
          const last = session.createdAt.getTime() + maxSeconds * 1000
          return { data: { expiresAt: new Date(Math.min(expiresAt.getTime(), last)) } }
        },
      },
    },
  }
}

const daySeconds = 86_400
const idleSeconds = 7 * daySeconds

/** When nothing else is said, a season: rare enough to bother nobody, and the end of a cookie that was lost with a machine. */
export const defaultMaxSessionDays = 90
