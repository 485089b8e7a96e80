import { z } from 'zod'

/** What somebody who makes an account enters; the hub's own rules, with reasons, come after. */
export const signUpSchema = {
  username: z.string('`username` is a text').max(1000, 'The username is too long'),
  email: z.string('`email` is a text').max(1000, 'The e-mail address is too long'),
  password: z.string('`password` is a text').max(10_000, 'The password is too long'),
}

export const CreatedAccount = z
  .object({ id: z.int(), username: z.string() })
  .meta({ id: 'MadeAccount', description: 'An account that was made; its person signs in next.' })
