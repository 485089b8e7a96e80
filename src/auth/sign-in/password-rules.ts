import type { BetterAuthPlugin } from 'better-auth'
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api'
import { z } from 'zod'
import { setInitialPasswordPath } from '../accounts/set-initial-password.ts'

/** Bounds of a password, in characters. */
export const passwordLength = { least: 8, most: 128 }

/** Whose password it is to be. */
export interface PasswordOwner {
  username: string
  email: string | null
}

/**
 * Says why nobody should have this password, undefined when there is no reason: one that everybody tries first is no
 * secret, however long it is (NIST SP 800-63B §3.1.1.2). Letter case makes none better.
 */
export async function passwordFault(password: string, { username, email }: PasswordOwner): Promise<string | undefined> {
  if (password.length < passwordLength.least || password.length > passwordLength.most)
    return `A password has ${passwordLength.least} to ${passwordLength.most} characters`
  const plain = plainForm(password)
  const ownNames = [username, email ?? '', email?.split('@', 1)[0] ?? '']
  if (ownNames.some((name) => plainForm(name) === plain))
    return 'A password is neither the username nor the e-mail address: choose another one'
  if (plain === 'modelkeep' || (await isCommon(plain)))
    return 'Too many people have this password, so that it is guessed first: choose another one'
  return undefined
}

const plainForm = (text: string) => text.normalize('NFKC').toLowerCase()

/** The list is read when the first password is chosen, which most runs of the program never see. */
async function isCommon(password: string): Promise<boolean> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return dictionary['passwords-common'].includes(password)
}

/** The same rules where the sessions library sets a password. */
export const passwordRules: BetterAuthPlugin = {
  id: 'password-rules',
  hooks: {
    before: [
      {
        matcher: ({ path }) => path === '/change-password' || path === setInitialPasswordPath,
        handler: createAuthMiddleware(async (context) => {
          const sent = z.object({ newPassword: z.string() }).safeParse(context.body)
          const asking = await getSessionFromCtx(context, { disableRefresh: true })
          // The library itself refuses these.
          if (!sent.success || !asking) return
          const message = await passwordFault(sent.data.newPassword, {
            username: asking.user.name,
            email: asking.user.email,
          })
          if (message) throw new APIError('BAD_REQUEST', { code: 'PASSWORD_NOT_ALLOWED', message })
        }),
      },
    ],
  },
}
