import ipaddr from 'ipaddr.js'
import type { TokenTable } from '../../db/tables/tokens.ts'
import { hasScope, type ScopeName, scopes } from '../scopes.ts'

/** What bounds a token. */
export interface TokenLimits {
  /** Scope mask. */
  scope: number
  /** Unix milliseconds; null: it does not expire. */
  expiresAt: number | null
  /** As {@link import('../networks.ts').readNetwork} gives them; none: anywhere. */
  networks: readonly string[]
  queryPolicy: TokenTable['query_policy']
}

/** In what a token would go beyond another. */
export type Excess = { kind: 'scope'; scope: ScopeName } | { kind: 'expiresAt' | 'networks' | 'queryPolicy' }

/**
 * The first thing in which `wanted` goes beyond `own`; undefined when it lies within. Who holds a token gets no other
 * one by it that may more, lasts longer or works in more places.
 */
export function excessOf(wanted: TokenLimits, own: TokenLimits): Excess | undefined {
  const scope = scopes.find((name) => hasScope(wanted.scope, name) && !hasScope(own.scope, name))
  if (scope !== undefined) return { kind: 'scope', scope }
  if (own.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > own.expiresAt))
    return { kind: 'expiresAt' }
  if (!isWithin(wanted.networks, own.networks)) return { kind: 'networks' }
  if (queryPolicies.indexOf(wanted.queryPolicy) > queryPolicies.indexOf(own.queryPolicy)) return { kind: 'queryPolicy' }
  return undefined
}

/** Where `?token=` is taken, from the strictest to the widest. */
export const queryPolicies = ['never', 'downloads', 'always'] as const satisfies TokenTable['query_policy'][]

/** The one of two policies that takes `?token=` in fewer places. */
export const stricterPolicy = (one: TokenTable['query_policy'], other: TokenTable['query_policy']) =>
  queryPolicies.find((policy) => policy === one || policy === other) ?? one

/** Whether every address of `wanted` is one of `own`; none in either: anywhere. */
export function isWithin(wanted: readonly string[], own: readonly string[]): boolean {
  if (own.length === 0) return true
  return wanted.length > 0 && wanted.every((network) => own.some((around) => contains(around, network)))
}

function contains(around: string, network: string): boolean {
  const [outer, outerBits] = ipaddr.parseCIDR(around)
  const [inner, innerBits] = ipaddr.parseCIDR(network)
  return outer.kind() === inner.kind() && innerBits >= outerBits && inner.match(outer, outerBits)
}
