import type { BetterAuthPlugin } from 'better-auth'
import { createAuthEndpoint, freshSessionMiddleware, setPassword } from 'better-auth/api'
import { z } from 'zod'

/** Below `/api/auth`. */
export const setInitialPasswordPath = '/set-password'

/**
 * Lets an account that has no password, since it signs in with a provider, set one. The sessions library has this for
 * servers alone; here it asks for a session that began within a day, as adding a passkey does, because there is no
 * password yet that a stolen session would lack.
 */
export const setInitialPassword = {
  id: 'first-password',
  endpoints: {
    setFirstPassword: createAuthEndpoint(
      setInitialPasswordPath,
      { method: 'POST', body: z.object({ newPassword: z.string() }), use: [freshSessionMiddleware] },
      async (context) =>
        context.json(await setPassword({ body: context.body, headers: context.headers, context: context.context })),
    ),
  },
} satisfies BetterAuthPlugin
