import type { ScopeName } from '../api/shared.ts'

/** What programs can be refused for. */
export interface Limits {
  scopes: ScopeName[]
  networks: string[]
  queryPolicy: 'never' | 'downloads' | 'always'
}

/** A change of limits as the hub takes it. */
type LimitsChange = Partial<Omit<Limits, 'scopes'> & { scope: ScopeName[] }>

/**
 * What of a key's limits the proposed ones would change, and what puts it back; undefined where that is nothing. The
 * scopes of a kind other than `bearer` are those of the kind.
 */
export function narrowingOf(key: Limits & { kind: string }, proposal: Limits) {
  const changes = {
    scope: key.kind === 'bearer' && !isSame(key.scopes, proposal.scopes),
    networks: !isSame(key.networks, proposal.networks),
    queryPolicy: key.queryPolicy !== proposal.queryPolicy,
  }
  if (!Object.values(changes).includes(true)) return undefined
  const changed = ({ scopes, networks, queryPolicy }: Limits): LimitsChange => ({
    ...(changes.scope && { scope: scopes }),
    ...(changes.networks && { networks }),
    ...(changes.queryPolicy && { queryPolicy }),
  })
  return { to: changed(proposal), back: changed(key) }
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((entry) => other.includes(entry))
