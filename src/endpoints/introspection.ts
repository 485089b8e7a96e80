import { z } from 'zod'
import { scopeNames } from '../auth/scopes.ts'
import { endpoint } from './core/define.ts'
import { exampleSecret } from './examples/tokens.ts'

const Introspection = z
  .object({
    active: z.boolean(),
    token_type: z.literal('Bearer').optional(),
    scope: z.string().optional().describe('Scope names, separated by spaces.'),
    username: z.string().optional(),
    sub: z.string().optional().describe('The id of the account.'),
    jti: z.string().optional().describe('The id of the token.'),
    iat: z.int().optional().describe('When it was made, in Unix seconds.'),
    exp: z.int().optional().describe('When it ends, in Unix seconds; absent when it does not.'),
  })
  .meta({ id: 'Introspection', description: 'What a token is (RFC 7662).' })

/** RFC 7662. For programs that are handed a token and want to know what it may before they use it. */
export const introspectToken = endpoint({
  method: 'POST',
  path: '/api/auth/oauth/introspect',
  category: 'authenticated',
  scope: 'UserRead',
  summary: 'Tells whether a token is active, and what it may (RFC 7662)',
  description: `Of a token of the caller's own account; an owner of the hub may ask about any. Of everything else (unknown, ended, not
the caller's to ask about) it says \`{"active": false}\` and no more. Where a token may be used from and in which form is decided
when it is used.`,
  bodyType: 'form',
  body: z.object({
    token: z.string('`token` is needed').min(1, '`token` is needed').max(1000, 'A token is shorter than that'),
    token_type_hint: z.string().max(100).optional().describe('Not needed: there is one type.'),
  }),
  reply: Introspection,
  example: {
    body: { token: exampleSecret },
    reply: {
      active: true,
      token_type: 'Bearer',
      scope: 'UserRead ModelsRead',
      username: 'ada',
      sub: '2',
      jti: '1',
      iat: 1771061213,
      exp: 1895961600,
    },
  },
  async handle({ body, principal, tokens }) {
    const found = await tokens.inspect(body.token)
    if (!found || (found.accountId !== principal.accountId && principal.role !== 'owner')) return { active: false }
    return {
      active: true,
      token_type: 'Bearer' as const,
      scope: scopeNames(found.scope).join(' '),
      username: found.username,
      sub: String(found.accountId),
      jti: String(found.tokenId),
      iat: Math.floor(found.createdAt / 1000),
      ...(found.endsAt !== null && { exp: Math.floor(found.endsAt / 1000) }),
    }
  },
})
