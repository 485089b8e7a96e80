import { z } from 'zod'
import { actorContextOfRequest } from '../auth/request-actor-context.ts'
import { endpoint } from './core/define.ts'
import { limitAttempts, notAllowed, withDomainErrors } from './core/map-domain-errors.ts'
import { signUpSchema } from './sign-up-schema.ts'

export const resetPassword = endpoint({
  method: 'POST',
  path: '/api/v1/password-reset',
  category: 'public',
  scope: 'UserRead',
  alwaysOpen: true,
  opensAccount: true,
  summary: 'Sets a new password, with the link that an owner made',
  description: 'The link serves once. Sessions of the account end; its tokens and its second factor stay.',
  body: z.object({
    token: z.string('`token` is a text').max(1000, 'The link is not valid'),
    password: signUpSchema.password,
  }),
  reply: z.object({ username: z.string() }),
  errors: [notAllowed('The link is not valid, has expired, or was used already'), { kind: 'tooManyAttempts' }],
  example: {
    body: { token: 'q3lVb0Yt8mS2xWc7uEoJ5nRkA1dZfGhP4iXyTgKrQpM', password: 'another good password' },
    reply: { username: 'ada' },
  },
  async handle({ body: { token, password }, passwordResets, ...request }) {
    await limitAttempts('password reset', request)
    return withDomainErrors(() => passwordResets.complete(token, password, actorContextOfRequest(request)))
  },
})
