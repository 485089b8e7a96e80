import { z } from 'zod'
import { scopeNames, scopePresets, scopes } from '../auth/scopes.ts'
import type { DeniedRequest } from '../auth/tokens/token-denials.ts'
import { queryPolicies } from '../auth/tokens/token-limits.ts'
import type { TokenClient, TokenSummary } from '../auth/tokens/token-list.ts'

export const presetNames = [
  'ReadOnly',
  'Creator',
  'AIServices',
  'Full',
] as const satisfies (keyof typeof scopePresets)[]
export const tokenKinds = ['bearer', 'publishable', 'canary'] as const

const time = z.iso.datetime()
const form = z.enum(['header', 'query']).describe('Where the secret stood: in `Authorization`, or in `?token=`.')
const network = z.string().describe('The address; empty when it is not known.')
const place = z.string().describe('Where it was found, of the kind `found`; otherwise empty.')
const agent = z.string().describe('The `User-Agent`, at most 256 characters; empty when there was none.')

const lastUse = {
  lastUsedAt: time.nullable(),
  lastUsedNetwork: z.string().nullable(),
  lastUsedAgent: z.string().nullable(),
}

/** Who used a secret, and what for. */
export const client = z.object({
  network,
  agent,
  form,
  lastSeenAt: time,
  requests: z.int(),
  scopes: z.array(z.enum(scopes)).describe('What its requests called for.'),
})

const Secret = z
  .object({
    id: z.int(),
    lastFour: z.string(),
    createdAt: time,
    endsAt: time.nullable().describe('When the overlap of a rotation ends it, or ended it; sooner when it was silent.'),
    silenceSeconds: z.int().nullable().describe('It ends sooner once it was not used for this long.'),
    ...lastUse,
    clients: z.array(client).describe('Who uses it, latest first: the last 50.'),
  })
  .meta({ id: 'TokenSecret', description: 'One secret of a token, and who still uses it.' })

/** A token as its owner sees it: everything but the secret. */
export const Token = z
  .object({
    id: z.int(),
    kind: z.enum(tokenKinds),
    name: z.string(),
    status: z.enum(['active', 'expired', 'revoked']),
    scopes: z.array(z.enum(scopes)),
    tokenScope: z.int().describe('The scopes as a mask.'),
    preset: z.enum(presetNames).nullable().describe('The preset that has these very scopes.'),
    createdAt: time,
    expiresAt: time.nullable(),
    revokedAt: time.nullable(),
    revokedReason: z.string().nullable(),
    networks: z.array(z.string()).describe('Where it may be used from; none: from anywhere.'),
    queryPolicy: z.enum(queryPolicies).describe('Where `?token=` is taken.'),
    origins: z.array(z.string()).describe('The pages that may use it; of publishable tokens alone.'),
    lastFour: z.string().describe('The end of the current secret.'),
    ...lastUse,
    secrets: z.array(Secret).describe('Oldest first: the last one is current.'),
    requests: z
      .array(z.object({ day: z.iso.date(), count: z.int() }))
      .describe('Each of the last 30 days (UTC), oldest first.'),
    warnings: z
      .array(
        z.object({
          kind: z.enum(['query', 'network', 'leak', 'found', 'canary', 'origin', 'rotated']),
          at: time,
          network,
          agent,
          place,
        }),
      )
      .describe('Newest first, until they are dismissed.'),
    refusalCount: z.int().describe('Requests that it was refused for, of all time.'),
  })
  .meta({ id: 'Token', description: 'A bearer token as its owner sees it: everything but the secret.' })

/** With its secret, which is told this once. */
export const NewToken = Token.extend({ token: z.string().describe('The secret, told this once.') }).meta({
  id: 'NewToken',
  description: 'A token with its new secret.',
})

export const TokenDenialsDto = z
  .object({
    items: z
      .array(
        z.object({
          at: time,
          reason: z
            .enum(['expired', 'revoked', 'rotated', 'network', 'scope', 'query', 'form', 'banned', 'origin', 'canary'])
            .describe('`form`: the header held the key in a wrong form, such as without the word `Bearer`.'),
          network,
          agent,
          method: z.string(),
          path: z.string().describe('Without its query.'),
          form,
        }),
      )
      .describe('Newest first: the last 50.'),
  })
  .meta({ id: 'TokenRefusals', description: 'The latest requests that a token was refused for, and why.' })

export const toClientDto = ({ beyondDownloads: _, scopes: mask, ...seen }: TokenClient): z.infer<typeof client> => ({
  ...seen,
  lastSeenAt: iso(seen.lastSeenAt),
  scopes: scopeNames(mask),
})

export function toTokenDto({ state, scope, secrets, ...token }: TokenSummary): z.infer<typeof Token> {
  return {
    id: token.id,
    kind: token.kind,
    name: token.name,
    status: state,
    scopes: scopeNames(scope),
    tokenScope: scope,
    preset: presetNames.find((name) => scopePresets[name] === scope) ?? null,
    createdAt: iso(token.createdAt),
    expiresAt: isoOrNull(token.expiresAt),
    revokedAt: isoOrNull(token.revokedAt),
    revokedReason: token.revokedReason,
    networks: token.networks,
    queryPolicy: token.queryPolicy,
    origins: token.origins,
    lastFour: secrets.at(-1)?.lastFour ?? '',
    lastUsedAt: isoOrNull(token.lastUsedAt),
    lastUsedNetwork: token.lastUsedNetwork,
    lastUsedAgent: token.lastUsedAgent,
    secrets: secrets.map(({ silenceMs, ...secret }) => ({
      ...secret,
      silenceSeconds: silenceMs === null ? null : silenceMs / 1000,
      createdAt: iso(secret.createdAt),
      endsAt: isoOrNull(secret.endsAt),
      lastUsedAt: isoOrNull(secret.lastUsedAt),
      clients: secret.clients.map(toClientDto),
    })),
    requests: token.requests.map(({ day, count }) => ({ day: iso(day).slice(0, 10), count })),
    warnings: token.warnings.map((warning) => ({ ...warning, at: iso(warning.at) })),
    refusalCount: token.refusalCount,
  }
}

export const toDenialsDto = (requests: DeniedRequest[]): z.infer<typeof TokenDenialsDto> => ({
  items: requests.map((request) => ({ ...request, at: iso(request.at) })),
})

const iso = (unixMs: number) => new Date(unixMs).toISOString()
const isoOrNull = (unixMs: number | null) => (unixMs === null ? null : iso(unixMs))
