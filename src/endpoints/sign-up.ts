import { z } from 'zod'
import { actorContextOfRequest } from '../auth/request-actor-context.ts'
import { endpoint } from './core/define.ts'
import { limitAttempts, notAllowed, withDomainErrors } from './core/map-domain-errors.ts'
import type { StatusResponse } from './core/responses.ts'
import { CreatedAccount, signUpSchema } from './sign-up-schema.ts'

export const signUp = endpoint({
  method: 'POST',
  path: '/api/v1/sign-up',
  category: 'public',
  scope: 'UserRead',
  alwaysOpen: true,
  opensAccount: true,
  summary: "Makes an account of one's own",
  description: 'Where the owner takes sign-ups; `GET /api/v1/hub` tells whether an invitation is needed.',
  body: z.object({
    ...signUpSchema,
    invitation: z.string('`invitation` is a text').max(1000, 'The invitation is not valid').optional(),
  }),
  reply: CreatedAccount,
  success: { status: 201 },
  errors: [
    { kind: 'invalid', text: 'The username ada is taken' },
    notAllowed('Nobody can sign up on this hub'),
    notAllowed('An invitation is needed to sign up on this hub'),
    notAllowed('The invitation is not valid, has expired, or was used already'),
    notAllowed('The invitation is for another e-mail address'),
    notAllowed('This hub has not been set up yet'),
    { kind: 'tooManyAttempts' },
  ],
  example: {
    body: {
      username: 'ada',
      email: 'ada@example.org',
      password: 'a good password',
      invitation: 'Yx0mRkXoFJ1b6l4a2k8sLw9qNfTzD3cVhUe5rGjPpIM',
    },
    reply: { id: 4, username: 'ada' },
  },
  async handle({ body: { invitation, ...person }, signUps, ...request }): Promise<StatusResponse> {
    await limitAttempts('sign-up', request)
    const made = await withDomainErrors(() => signUps.create({ ...person, invitation }, actorContextOfRequest(request)))
    return { kind: 'status', status: 201, body: made }
  },
})
