import { z } from 'zod'
import { scopeNames, scopePresets, scopes } from '../auth/scopes.ts'
import type { TokenSummary } from '../auth/token-list.ts'
import type { RefusedRequest } from '../auth/token-refusals.ts'

export const presetNames = [
  'ReadOnly',
  'Creator',
  'AIServices',
  'Full',
] as const satisfies (keyof typeof scopePresets)[]
export const queryPolicies = ['never', 'downloads', 'always'] as const

const time = z.iso.datetime()
const form = z.enum(['header', 'query'])

const lastUse = {
  lastUsedAt: time.nullable(),
  lastUsedNetwork: z.string().nullable(),
  lastUsedAgent: z.string().nullable(),
}

/** A token as its owner sees it: everything but the secret. */
export const Token = z.object({
  id: z.int(),
  name: z.string(),
  status: z.enum(['active', 'expired', 'revoked']),
  scopes: z.array(z.enum(scopes)),
  tokenScope: z.int(),
  preset: z.enum(presetNames).nullable(),
  createdAt: time,
  expiresAt: time.nullable(),
  revokedAt: time.nullable(),
  revokedReason: z.string().nullable(),
  networks: z.array(z.string()),
  queryPolicy: z.enum(queryPolicies),
  /** Of the current secret. */
  lastFour: z.string(),
  ...lastUse,
  /** Oldest first; all but the last end, or have ended, after the overlap of a rotation. */
  secrets: z.array(
    z.object({
      id: z.int(),
      lastFour: z.string(),
      createdAt: time,
      endsAt: time.nullable(),
      ...lastUse,
      /** Latest first, at most 50. `network` is an address; empty, like `agent`, when it is not known. */
      clients: z.array(z.object({ network: z.string(), agent: z.string(), form, lastSeenAt: time, requests: z.int() })),
    }),
  ),
  /** The last 30 UTC days, each of them, oldest first. */
  requests: z.array(z.object({ day: z.iso.date(), count: z.int() })),
  /** Newest first, until the owner has seen them. */
  warnings: z.array(z.object({ kind: z.enum(['query', 'network']), at: time, network: z.string(), agent: z.string() })),
  /** Of all time. */
  refusalCount: z.int(),
})

/** With its secret, which is told this once. */
export const NewToken = Token.extend({ token: z.string() })

export const Refusals = z.object({
  /** Newest first, at most 50. */
  items: z.array(
    z.object({
      at: time,
      reason: z.enum(['expired', 'revoked', 'rotated', 'network', 'scope', 'query', 'banned']),
      network: z.string(),
      agent: z.string(),
      method: z.string(),
      /** Without its query. */
      path: z.string(),
      form,
    }),
  ),
})

export function presentToken({ state, scope, secrets, ...token }: TokenSummary): z.infer<typeof Token> {
  return {
    id: token.id,
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
    lastFour: secrets.at(-1)?.lastFour ?? '',
    lastUsedAt: isoOrNull(token.lastUsedAt),
    lastUsedNetwork: token.lastUsedNetwork,
    lastUsedAgent: token.lastUsedAgent,
    secrets: secrets.map((secret) => ({
      ...secret,
      createdAt: iso(secret.createdAt),
      endsAt: isoOrNull(secret.endsAt),
      lastUsedAt: isoOrNull(secret.lastUsedAt),
      clients: secret.clients.map((client) => ({ ...client, lastSeenAt: iso(client.lastSeenAt) })),
    })),
    requests: token.requests.map(({ day, count }) => ({ day: iso(day).slice(0, 10), count })),
    warnings: token.warnings.map((warning) => ({ ...warning, at: iso(warning.at) })),
    refusalCount: token.refusalCount,
  }
}

export const presentRefusals = (requests: RefusedRequest[]): z.infer<typeof Refusals> => ({
  items: requests.map((request) => ({ ...request, at: iso(request.at) })),
})

const iso = (unixMs: number) => new Date(unixMs).toISOString()
const isoOrNull = (unixMs: number | null) => (unixMs === null ? null : iso(unixMs))
