import type { TokenTable } from '../../db/tables/tokens.ts'
import { DomainError } from '../errors.ts'
import { readNetwork } from '../networks.ts'
import { readOrigin } from '../origins.ts'
import { scopeMask, scopePresets } from '../scopes.ts'
import { redactTokens, type TokenKind } from './token-format.ts'

/** What the owner of a token chooses. */
export interface TokenProperties {
  /** Label for its owner, 1 to 64 characters. */
  name: string
  /** Scope mask. A bearer token gets `UserRead` as well; the other kinds keep what their kind may. */
  scope: number
  /** Unix milliseconds; null: it does not expire. */
  expiresAt: number | null
  /** Addresses or CIDR networks it may be used from; none: from anywhere. */
  networks: readonly string[]
  /** Where `?token=` is taken: nowhere, for downloads only, everywhere. */
  queryPolicy: TokenTable['query_policy']
  /** Of a publishable token: the pages that may use it, as origins (RFC 6454); of other kinds none. */
  origins: readonly string[]
}

/** What a kind may at most: a publishable token reads what is public, a canary nothing. */
export const scopesOfKind: Readonly<Record<TokenKind, number>> = {
  bearer: scopePresets.Full,
  publishable: scopeMask(['ModelsRead', 'MediaRead']),
  canary: 0,
}

/**
 * Checks what a person asked for, and gives it in its one written form.
 * @param at now, Unix milliseconds
 * @param longestLifeMs what the hub allows a token; one that is to live without end is given just that
 * @throws DomainError in words when a property is out of bounds
 */
export function validateProperties(
  kind: TokenKind,
  { name, scope, expiresAt, networks, queryPolicy, origins }: TokenProperties,
  { at, longestLifeMs }: { at: number; longestLifeMs: number | undefined },
): TokenProperties {
  const label = name.trim()
  if (label.length < 1 || label.length > maxNameLength)
    throw new DomainError('The name of a token has 1 to 64 characters')
  if (/\p{Cc}/u.test(label)) throw new DomainError('The name of a token has no control characters')
  if (redactTokens(label) !== label) throw new DomainError('The name of a token is no place for a token')
  if (!Number.isInteger(scope) || scope < 0 || scope > scopePresets.Full)
    throw new DomainError('The scope is not a scope mask')
  return {
    name: label,
    scope: (kind === 'bearer' ? scope | scopeMask(['UserRead']) : scope) & scopesOfKind[kind],
    expiresAt: readExpiry(expiresAt, { at, longestLifeMs: kind === 'canary' ? undefined : longestLifeMs }),
    networks: validateNetworks(networks),
    queryPolicy,
    origins: readOrigins(kind, origins),
  }
}

const maxNameLength = 64
/** Each request compares with them. */
const maxNetworks = 50
const maxOrigins = 20

function readExpiry(
  expiresAt: number | null,
  { at, longestLifeMs }: { at: number; longestLifeMs: number | undefined },
): number | null {
  const latest = longestLifeMs === undefined ? null : at + longestLifeMs
  if (expiresAt === null) return latest
  if (!(expiresAt > at)) throw new DomainError('The expiry of a token must lie in the future')
  if (latest !== null && expiresAt > latest + clockTolerance)
    throw new DomainError(`A token of this hub lives at most ${Math.round((latest - at) / dayMs)} days`)
  return expiresAt
}

const dayMs = 86_400_000
/** Whoever asks for the longest life has reckoned it a moment ago, by a clock of their own. */
const clockTolerance = 300_000

function readOrigins(kind: TokenKind, origins: readonly string[]): string[] {
  if (kind !== 'publishable') {
    if (origins.length > 0) throw new DomainError('Only a publishable token has origins')
    return []
  }
  if (origins.length < 1 || origins.length > maxOrigins)
    throw new DomainError(`A publishable token has 1 to ${maxOrigins} origins`)
  return [...new Set(origins.map(originOrRefusal))]
}

/**
 * Reads the networks of a token as a person types them.
 * @throws DomainError when one is none, or there are too many
 */
export function validateNetworks(texts: readonly string[]): string[] {
  if (texts.length > maxNetworks) throw new DomainError(`A token has at most ${maxNetworks} networks`)
  return texts.map((text) => {
    const network = readNetwork(text)
    if (network === undefined) throw new DomainError(`"${text}" is not an address or a network such as 192.168.0.0/16`)
    return network
  })
}

function originOrRefusal(text: string): string {
  const origin = readOrigin(text)
  if (origin === undefined) throw new DomainError(`"${text}" is not an origin such as https://app.example`)
  return origin
}
