import { z } from 'zod'
import { endpoint } from './core/define.ts'
import { EndpointError } from './core/errors.ts'
import { exampleSecret } from './examples/tokens.ts'

/** A secret scanner sends so many at once. */
const maxTokens = 1000

export const reportTokens = endpoint({
  method: 'POST',
  path: '/api/v1/tokens/revoke',
  category: 'public',
  scope: 'UserRead',
  alwaysOpen: true,
  summary: 'Ends tokens that were found where they have no business',
  description: `For secret scanners, and whoever finds one: whoever has a token may end it. Those of this hub end at once, and
their owners are told when and from where they were reported. The answer is the same whether one was known or not. Of a token
that was rotated since, only the secret that was found ends.`,
  body: z.object({
    tokens: z
      .array(z.string().max(1000, 'A token is shorter than that'), '`tokens` is a list of texts')
      .max(maxTokens, `At most ${maxTokens} tokens at once`),
  }),
  success: { status: 202 },
  errors: [{ kind: 'tooManyAttempts' }],
  example: { body: { tokens: [exampleSecret] } },
  async handle({ body, address, header, attempts, tokens }) {
    if (!(await attempts.admitReport(address)).admitted) throw new EndpointError({ kind: 'tooManyAttempts' })
    await tokens.reportLeaks(body.tokens, { address, userAgent: header('user-agent') })
    return { kind: 'status' as const, status: 202 as const }
  },
})
