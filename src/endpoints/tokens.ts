import { z } from 'zod'
import { actorContextOfRequest } from '../auth/request-actor-context.ts'
import { scopesOfKind } from '../auth/tokens/token-validation.ts'
import { endpoint } from './core/define.ts'
import { invalid } from './core/errors.ts'
import { idempotencyFailures } from './core/idempotency-key.ts'
import { exampleSecret, exampleToken, unusedToken } from './examples/tokens.ts'
import { NewToken, Token, tokenKinds, toTokenDto } from './token-presentation.ts'
import {
  beyondFailures,
  changesOf,
  maskOf,
  own,
  ownToken,
  presentedTokenOf,
  propertySchemas,
  refusedAsInvalid,
  refuseExcess,
  TokenChange,
  tokenParams,
  unknownToken,
  withSecret,
} from './token-schemas.ts'

export const listOwnTokens = endpoint({
  ...own,
  method: 'GET',
  path: '/api/v1/me/tokens',
  summary: "The account's tokens, newest first, with who uses them",
  description:
    'Ended ones too. What other processes on the same database have seen in the last minute may not be in it yet.',
  reply: z.object({ items: z.array(Token) }),
  example: { reply: { items: [exampleToken] } },
  async handle({ principal: { accountId }, tokens }) {
    const list = await tokens.list(accountId)
    return { items: list.toReversed().map(toTokenDto) }
  },
})

const { name, scope, expiresAt, networks, queryPolicy, origins } = propertySchemas

export const createOwnToken = endpoint({
  ...own,
  method: 'POST',
  path: '/api/v1/me/tokens',
  summary: 'Makes a token; its secret is told this once',
  description: `A token that makes another one gives it no scope, no life, no networks and no query policy beyond its own; what is
left out is then as narrow as it is itself. A publishable token reads what is public, for the pages of its origins; a canary
may nothing, and tells its owner of every use.`,
  takesIdempotencyKey: true,
  body: z.object({
    kind: z.enum(tokenKinds, `\`kind\` is one of ${tokenKinds.join(', ')}`).optional(),
    name,
    scope: scope.optional().describe('Of a bearer token needed; the other kinds have the scopes of their kind.'),
    expiresAt: expiresAt.optional(),
    networks: networks.optional(),
    queryPolicy: queryPolicy.optional(),
    origins: origins.optional(),
  }),
  reply: NewToken,
  success: { status: 201 },
  errors: [...beyondFailures, ...idempotencyFailures],
  example: {
    body: {
      name: 'laptop',
      scope: 'ReadOnly',
      expiresAt: '2030-01-31T00:00:00Z',
      networks: ['192.168.0.0/16'],
      queryPolicy: 'downloads',
    },
    reply: { ...unusedToken, token: exampleSecret },
  },
  async handle({ body: { kind = 'bearer', ...body }, ...request }) {
    const { principal, tokens, idempotency } = request
    const { accountId } = principal
    const through = await presentedTokenOf(principal, tokens)
    if (kind === 'bearer' && body.scope === undefined) throw invalid('`scope` is needed for a bearer token')
    // What is not asked for is as narrow as the token that asks.
    const wanted = {
      scope: kind === 'bearer' && body.scope !== undefined ? maskOf(body.scope) : scopesOfKind[kind],
      expiresAt: body.expiresAt == null ? (through?.expiresAt ?? null) : Date.parse(body.expiresAt),
      networks: body.networks?.length ? body.networks : (through?.networks ?? []),
      queryPolicy: body.queryPolicy ?? through?.queryPolicy ?? 'always',
    }
    const made = await refusedAsInvalid(() =>
      tokens.create(
        { accountId, kind, name: body.name, ...wanted, ...(body.origins && { origins: body.origins }) },
        { caller: principal, idempotency, by: actorContextOfRequest(request) },
      ),
    )
    return withSecret(await ownToken(made.id, accountId, tokens), made.text)
  },
})

export const changeOwnToken = endpoint({
  ...own,
  method: 'PATCH',
  path: '/api/v1/me/tokens/:id',
  summary: 'Changes what a token may, from the next request on; what is left out stays',
  description: 'A token that changes another one, or itself, widens nothing beyond its own.',
  params: tokenParams,
  body: TokenChange,
  reply: Token,
  errors: [unknownToken, ...beyondFailures, { kind: 'invalid', text: 'Token 7 is revoked' }],
  example: {
    params: { id: '1' },
    body: { queryPolicy: 'never' },
    reply: { ...exampleToken, queryPolicy: 'never' },
  },
  async handle({ params: { id }, body, ...request }) {
    const { principal, tokens } = request
    await ownToken(id, principal.accountId, tokens)
    const changes = changesOf(body)
    const through = await presentedTokenOf(principal, tokens)
    if (through) refuseExcess({ ...through, ...changes }, through)
    await refusedAsInvalid(() => tokens.change(id, changes, actorContextOfRequest(request)))
    return toTokenDto(await ownToken(id, principal.accountId, tokens))
  },
})

export const revokeOwnToken = endpoint({
  ...own,
  method: 'DELETE',
  path: '/api/v1/me/tokens/:id',
  summary: 'Ends a token for good, from the next request on',
  params: tokenParams,
  reply: Token,
  example: {
    params: { id: '1' },
    reply: {
      ...exampleToken,
      status: 'revoked',
      revokedAt: '2026-03-15T20:00:00.000Z',
      revokedReason: 'revoked in the account settings',
    },
  },
  errors: [unknownToken],
  async handle({ params, ...request }) {
    const {
      principal: { accountId, via },
      tokens,
    } = request
    const token = await ownToken(params.id, accountId, tokens)
    const reason = via.kind === 'token' ? `revoked through token ${via.tokenId}` : 'revoked in the account settings'
    await tokens.revoke(token.id, reason, actorContextOfRequest(request))
    return toTokenDto(await ownToken(token.id, accountId, tokens))
  },
})
