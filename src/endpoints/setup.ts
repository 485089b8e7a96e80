import { z } from 'zod'
import { actorContextOfRequest } from '../auth/request-actor-context.ts'
import { endpoint } from './core/define.ts'
import { limitAttempts, notAllowed, withDomainErrors } from './core/map-domain-errors.ts'
import type { StatusResponse } from './core/responses.ts'
import { CreatedAccount, signUpSchema } from './sign-up-schema.ts'

export const completeSetup = endpoint({
  method: 'POST',
  path: '/api/v1/setup',
  category: 'public',
  scope: 'UserRead',
  alwaysOpen: true,
  opensAccount: true,
  summary: "Makes the hub's first account, which owns it",
  description: `While nobody has an account, the hub prints a code on its terminal when it starts. After ten wrong ones it prints
another.`,
  body: z.object({ code: z.string('`code` is a text').max(1000, 'The setup code is not right'), ...signUpSchema }),
  reply: CreatedAccount,
  success: { status: 201 },
  errors: [
    notAllowed('The setup code is not right'),
    notAllowed('This hub has been set up'),
    { kind: 'tooManyAttempts' },
  ],
  example: {
    body: { code: 'K7QM-2RXD', username: 'ada', email: 'ada@example.org', password: 'a good password' },
    reply: { id: 4, username: 'ada' },
  },
  async handle({ body, setup, ...request }): Promise<StatusResponse> {
    await limitAttempts('setup code', request)
    return {
      kind: 'status',
      status: 201,
      body: await withDomainErrors(() => setup.complete(body, actorContextOfRequest(request))),
    }
  },
})
