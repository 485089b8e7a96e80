import { z } from 'zod'
import { DomainError } from '../auth/errors.ts'
import { readNetwork } from '../auth/networks.ts'
import type { AccountPrincipal } from '../auth/principal.ts'
import { scopeMask, scopePresets, scopes } from '../auth/scopes.ts'
import { CallerRevokedError, ExceedsCallerError } from '../auth/tokens/caller-limits.ts'
import { IdempotencyConflict } from '../auth/tokens/idempotent-requests.ts'
import { type Excess, excessOf, queryPolicies, type TokenLimits } from '../auth/tokens/token-limits.ts'
import type { TokenSummary } from '../auth/tokens/token-list.ts'
import type { TokenProperties } from '../auth/tokens/token-validation.ts'
import type { Tokens } from '../auth/tokens/tokens.ts'
import { EndpointError, type Failure, invalid, notFound, unauthorized } from './core/errors.ts'
import { id } from './core/parameters.ts'
import type { StatusResponse } from './core/responses.ts'
import { type NewToken, presetNames, toTokenDto } from './token-presentation.ts'

/*
 * What the endpoints of the caller's own tokens share. Of another account's token they say what they say of one that
 * never was.
 */

export const tokenParams = z.object({ id: id() })

export const own = { category: 'authenticated', scope: 'UserWrite' } as const

/** In these words, with the id that was asked for. */
export const unknownToken = { kind: 'notFound', what: 'No token with id 7' } as const

/** A preset, or scopes by name; `UserRead` is in every token. */
const scope = z.union(
  [z.enum(presetNames), z.array(z.enum(scopes)).max(scopes.length)],
  `\`scope\` is one of ${presetNames.join(', ')}, or a list of scope names`,
)

/** What the owner of a token chooses, as it comes in a body. */
export const propertySchemas = {
  name: z.string('`name` is a text').max(1000, 'The name of a token has 1 to 64 characters'),
  scope,
  expiresAt: z.iso.datetime({ offset: true, error: '`expiresAt` is a time in ISO 8601, with its zone' }).nullable(),
  networks: z.array(z.string().max(100), '`networks` is a list of addresses and networks').max(1000),
  queryPolicy: z.enum(queryPolicies, `\`queryPolicy\` is one of ${queryPolicies.join(', ')}`),
  origins: z
    .array(z.string().max(300), '`origins` is a list of origins')
    .max(1000)
    .describe('Of a publishable token: the pages that may use it, such as `https://app.example`.'),
}

/** Properties of a token to change. */
export const TokenChange = z.object(propertySchemas).partial()

export const maskOf = (scope: z.infer<typeof propertySchemas.scope>): number =>
  typeof scope === 'string' ? scopePresets[scope] : scopeMask(scope)

/** The changes that a body asks for; what it leaves out is left out. */
export function changesOf({ scope, expiresAt, ...others }: z.infer<typeof TokenChange>): Partial<TokenProperties> {
  const changes = {
    ...others,
    scope: scope && maskOf(scope),
    expiresAt: typeof expiresAt === 'string' ? Date.parse(expiresAt) : expiresAt,
  }
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

/** What a token that makes or changes another one is told where it goes too far. */
const beyond = {
  expiresAt: 'A token cannot give another one a longer life than its own',
  networks: 'A token cannot give another one more networks than its own',
  queryPolicy: 'A token cannot give another one a wider query policy than its own',
}
export const beyondFailures: readonly Failure[] = Object.values(beyond).map((error) => ({
  kind: 'forbidden',
  body: { error },
}))

export async function ownToken(id: number, accountId: number, tokens: Tokens): Promise<TokenSummary> {
  const token = await tokens.find({ accountId, id })
  if (!token) throw notFound(`No token with id ${id}`)
  return token
}

/** The token that the caller came with; undefined for a browser session, which may all that its account may. */
export async function presentedTokenOf({ via, accountId }: AccountPrincipal, tokens: Tokens) {
  if (via.kind !== 'token') return undefined
  const token = await tokens.find({ accountId, id: via.tokenId })
  // The account went away between authentication and here.
  if (!token) throw unauthorized()
  return token
}

/** Refuses what goes beyond the token that the caller came with. */
export function refuseExcess({ networks, ...wanted }: TokenLimits, own: TokenLimits): void {
  const excess = excessOf({ ...wanted, networks: networks.flatMap((text) => readNetwork(text) ?? []) }, own)
  if (excess) throw excessError(excess)
}

const excessError = (excess: Excess) =>
  new EndpointError(
    excess.kind === 'scope'
      ? { kind: 'insufficientScope', scope: excess.scope }
      : { kind: 'forbidden', body: { error: beyond[excess.kind] } },
  )

export const withSecret = (token: TokenSummary, secret: string): StatusResponse => ({
  kind: 'status',
  status: 201,
  body: { ...toTokenDto(token), token: secret } satisfies z.infer<typeof NewToken>,
})

/** Runs a change of tokens; what its rules refuse becomes the error that the caller gets. */
export async function refusedAsInvalid<Result>(change: () => Promise<Result> | Result): Promise<Result> {
  try {
    return await change()
  } catch (error) {
    if (error instanceof ExceedsCallerError) throw excessError(error.excess)
    if (error instanceof CallerRevokedError) throw unauthorized()
    if (error instanceof IdempotencyConflict) throw new EndpointError({ kind: 'unprocessable', reason: error.message })
    throw error instanceof DomainError ? invalid(error.message) : error
  }
}
