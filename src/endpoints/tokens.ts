import { z } from 'zod'
import { readNetwork } from '../auth/networks.ts'
import type { AccountPrincipal } from '../auth/principal.ts'
import { Refusal } from '../auth/refusal.ts'
import { scopeMask, scopePresets, scopes } from '../auth/scopes.ts'
import { excessOf, type TokenLimits } from '../auth/token-limits.ts'
import type { TokenSummary } from '../auth/token-list.ts'
import type { Tokens } from '../auth/tokens.ts'
import { endpoint } from './define.ts'
import { EndpointError, invalid, notFound, unauthorized } from './errors.ts'
import { exampleSecret, exampleToken, rotatedToken, unusedToken } from './examples/tokens.ts'
import { id } from './parameters.ts'
import type { StatusReply } from './replies.ts'
import {
  NewToken,
  presentRefusals,
  presentToken,
  presetNames,
  queryPolicies,
  Refusals,
  Token,
} from './token-presentation.ts'

/*
 * The bearer tokens of the caller's own account. Of another account's token they say what they say of one that never was.
 */

const params = z.object({ id: id() })

/** In these words, with the id that was asked for. */
const unknownToken = { kind: 'notFound', what: 'No token with id 7' } as const

const own = { category: 'authenticated', scope: 'UserWrite' } as const

const beyond = {
  expiresAt: 'A token cannot give another one a longer life than its own',
  networks: 'A token cannot give another one more networks than its own',
  queryPolicy: 'A token cannot give another one a wider query policy than its own',
}

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
    return { items: list.toReversed().map(presentToken) }
  },
})

export const createOwnToken = endpoint({
  ...own,
  method: 'POST',
  path: '/api/v1/me/tokens',
  summary: 'Makes a token; its secret is told this once',
  description: `A token that makes another one gives it no scope, no life, no networks and no query policy beyond its own; what is
left out is then as narrow as it is itself.`,
  body: z.object({
    name: z.string('`name` is a text').max(1000, 'The name of a token has 1 to 64 characters'),
    /** A preset, or scopes by name; `UserRead` is in every token. */
    scope: z.union(
      [z.enum(presetNames), z.array(z.enum(scopes)).max(scopes.length)],
      `\`scope\` is one of ${presetNames.join(', ')}, or a list of scope names`,
    ),
    expiresAt: z.iso.datetime({ offset: true, error: '`expiresAt` is a time in ISO 8601, with its zone' }).nullish(),
    networks: z.array(z.string().max(100), '`networks` is a list of addresses and networks').max(1000).optional(),
    queryPolicy: z.enum(queryPolicies, `\`queryPolicy\` is one of ${queryPolicies.join(', ')}`).optional(),
  }),
  reply: NewToken,
  success: { status: 201 },
  errors: [
    { kind: 'forbidden', body: { error: beyond.expiresAt } },
    { kind: 'forbidden', body: { error: beyond.networks } },
    { kind: 'forbidden', body: { error: beyond.queryPolicy } },
  ],
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
  async handle({ body, principal, tokens }) {
    const { accountId } = principal
    const through = await presentedTokenOf(principal, tokens)
    // What is not asked for is as narrow as the token that asks.
    const wanted = {
      scope: maskOf(body.scope),
      expiresAt: body.expiresAt == null ? (through?.expiresAt ?? null) : Date.parse(body.expiresAt),
      networks: body.networks?.length ? body.networks : (through?.networks ?? []),
      queryPolicy: body.queryPolicy ?? through?.queryPolicy ?? 'always',
    }
    if (through)
      refuseExcess({ ...wanted, networks: wanted.networks.flatMap((text) => readNetwork(text) ?? []) }, through)
    const { expiresAt, ...properties } = wanted
    const made = await refusedAsInvalid(() =>
      tokens.create({ accountId, name: body.name, ...properties, ...(expiresAt !== null && { expiresAt }) }),
    )
    return withSecret(await ownToken(made.id, accountId, tokens), made.text)
  },
})

export const rotateOwnToken = endpoint({
  ...own,
  method: 'POST',
  path: '/api/v1/me/tokens/:id/rotate',
  summary: 'Gives a token a new secret, told this once; the earlier ones end after the overlap',
  description:
    'A secret that an earlier rotation ends sooner keeps its end. An overlap of 0 ends the earlier ones now.',
  params,
  body: z.object({
    overlapSeconds: z
      .int('`overlapSeconds` is a whole number')
      .min(0, 'The overlap must be from 0 to 30 days')
      .max(2_592_000, 'The overlap must be from 0 to 30 days'),
  }),
  reply: NewToken,
  success: { status: 201 },
  errors: [unknownToken, { kind: 'invalid', text: 'Token 7 is revoked' }],
  example: { params: { id: '1' }, body: { overlapSeconds: 86_400 }, reply: { ...rotatedToken, token: exampleSecret } },
  async handle({ params, body, principal, tokens }) {
    const token = await ownToken(params.id, principal.accountId, tokens)
    const through = await presentedTokenOf(principal, tokens)
    // Its secret would be as good as the whole of it. To renew itself a token needs no more than it has.
    if (through && through.id !== token.id) refuseExcess(token, through)
    const { text } = await refusedAsInvalid(() => tokens.rotate(token.id, { overlapMs: body.overlapSeconds * 1000 }))
    return withSecret(await ownToken(token.id, principal.accountId, tokens), text)
  },
})

export const revokeOwnToken = endpoint({
  ...own,
  method: 'DELETE',
  path: '/api/v1/me/tokens/:id',
  summary: 'Ends a token for good, from the next request on',
  params,
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
  async handle({ params, principal: { accountId, via }, tokens }) {
    const token = await ownToken(params.id, accountId, tokens)
    const reason = via.kind === 'token' ? `revoked through token ${via.tokenId}` : 'revoked in the account settings'
    await tokens.revoke(token.id, reason)
    return presentToken(await ownToken(token.id, accountId, tokens))
  },
})

export const listOwnRefusals = endpoint({
  ...own,
  method: 'GET',
  path: '/api/v1/me/tokens/:id/refusals',
  summary: 'The latest requests that a token was refused for, and why',
  params,
  reply: Refusals,
  example: {
    params: { id: '1' },
    reply: {
      items: [
        {
          at: '2026-03-15T18:05:12.020Z',
          reason: 'query',
          network: '192.168.1.20',
          agent: 'curl/8.14.1',
          method: 'GET',
          path: '/api/v1/me',
          form: 'query',
        },
      ],
    },
  },
  errors: [unknownToken],
  async handle({ params, principal: { accountId }, tokens }) {
    const token = await ownToken(params.id, accountId, tokens)
    return presentRefusals(await tokens.refusals(token.id))
  },
})

export const dismissOwnWarnings = endpoint({
  ...own,
  method: 'DELETE',
  path: '/api/v1/me/tokens/:id/warnings',
  summary: "Tells that a token's warnings were seen",
  params,
  reply: Token,
  example: { params: { id: '1' }, reply: exampleToken },
  errors: [unknownToken],
  async handle({ params, principal: { accountId }, tokens }) {
    // First: what stood out since the owner looked is written when the token is read, and stays.
    await tokens.dismissWarnings({ accountId, id: params.id })
    return presentToken(await ownToken(params.id, accountId, tokens))
  },
})

async function ownToken(id: number, accountId: number, tokens: Tokens): Promise<TokenSummary> {
  const token = await tokens.find({ accountId, id })
  if (!token) throw notFound(`No token with id ${id}`)
  return token
}

/** The token that the caller came with; undefined for a browser session, which may all that its account may. */
async function presentedTokenOf({ via, accountId }: AccountPrincipal, tokens: Tokens) {
  if (via.kind !== 'token') return undefined
  const token = await tokens.find({ accountId, id: via.tokenId })
  // The account went away between authentication and here.
  if (!token) throw unauthorized()
  return token
}

function refuseExcess(wanted: TokenLimits, own: TokenLimits): void {
  const excess = excessOf(wanted, own)
  if (!excess) return
  if (excess.kind === 'scope') throw new EndpointError({ kind: 'insufficientScope', scope: excess.scope })
  throw new EndpointError({ kind: 'forbidden', body: { error: beyond[excess.kind] } })
}

const maskOf = (scope: (typeof presetNames)[number] | (typeof scopes)[number][]): number =>
  typeof scope === 'string' ? scopePresets[scope] : scopeMask(scope)

const withSecret = (token: TokenSummary, secret: string): StatusReply => ({
  kind: 'status',
  status: 201,
  body: { ...presentToken(token), token: secret } satisfies z.infer<typeof NewToken>,
})

/** What the rules of tokens refuse is told to whoever asked for it. */
async function refusedAsInvalid<Result>(change: () => Promise<Result>): Promise<Result> {
  try {
    return await change()
  } catch (error) {
    throw error instanceof Refusal ? invalid(error.message) : error
  }
}
