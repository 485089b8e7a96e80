import { displayAddress, isInNetworks, readNetwork } from '../networks.ts'
import { hasScope, scopeMask, scopes } from '../scopes.ts'
import { isWithin, stricterPolicy } from './token-limits.ts'
import type { SecretSummary, TokenClient } from './token-list.ts'
import type { TokenProperties } from './token-validation.ts'

/*
 * What a change of a token's limits would have done to the programs that used it, told from the record of their requests
 * before the change is made; and the narrowest limits under which all of them would have been served.
 */

/** What of a token restricts the programs that use it. */
export type Restrictions = Pick<TokenProperties, 'scope' | 'networks' | 'queryPolicy'>

/** Why a request of a program would be refused. */
export const obstacles = ['query', 'network', 'scope'] as const
export type Obstacle = (typeof obstacles)[number]

/** How far back the record is asked. */
export const policyWindowMs = 30 * 86_400_000

/** Who used a token since `since` (Unix milliseconds), by whichever of its secrets; a program counts once, latest first. */
export function clientsOf(
  { secrets }: { secrets: readonly Pick<SecretSummary, 'clients'>[] },
  since: number,
): TokenClient[] {
  const recent = secrets.flatMap(({ clients }) => clients).filter(({ lastSeenAt }) => lastSeenAt >= since)
  const same = Map.groupBy(recent, ({ network, agent, form }) => JSON.stringify([network, agent, form]))
  return [...same.values()].map((uses) => uses.reduce(together)).sort((one, other) => other.lastSeenAt - one.lastSeenAt)
}

const together = (one: TokenClient, other: TokenClient): TokenClient => ({
  ...one,
  lastSeenAt: Math.max(one.lastSeenAt, other.lastSeenAt),
  requests: one.requests + other.requests,
  scopes: one.scopes | other.scopes,
  beyondDownloads: one.beyondDownloads || other.beyondDownloads,
})

/** What of a program's requests would be refused under `restrictions`: all of them, or those that need a missing scope. */
export function obstaclesOf(program: TokenClient, { scope, networks, queryPolicy }: Restrictions): Obstacle[] {
  const { form, network, scopes: needed, beyondDownloads } = program
  const isRefused: Record<Obstacle, boolean> = {
    query: form === 'query' && (queryPolicy === 'never' || (queryPolicy === 'downloads' && beyondDownloads)),
    network: networks.length > 0 && !isInNetworks(network, networks),
    scope: scopes.some((name) => hasScope(needed, name) && !hasScope(scope, name)),
  }
  return obstacles.filter((obstacle) => isRefused[obstacle])
}

/** The narrowest restrictions that would have refused none of these programs that `current` serves; they widen nothing. */
export function narrowest(programs: readonly TokenClient[], current: Restrictions): Restrictions {
  const byQuery = programs.filter(({ form }) => form === 'query')
  return {
    scope: current.scope & programs.reduce((mask, { scopes: needed }) => mask | needed, scopeMask(['UserRead'])),
    networks: networksOf(programs, current.networks),
    queryPolicy: stricterPolicy(
      current.queryPolicy,
      byQuery.some(({ beyondDownloads }) => beyondDownloads) ? 'always' : byQuery.length > 0 ? 'downloads' : 'never',
    ),
  }
}

/** So many networks a person still reads. */
const maxNetworks = 20

/**
 * Networks that hold these programs: their addresses, or where these are many the networks around them. An IPv6 address
 * stands for the /64 that its host changes addresses in. Who comes from outside of `current` is refused already. They are
 * `current` where an address is not known, nobody came, or the networks around would go beyond it.
 */
function networksOf(programs: readonly TokenClient[], current: readonly string[]): readonly string[] {
  const served = programs.filter(({ network }) => current.length === 0 || isInNetworks(network, current))
  const addresses = served.map(({ network }) => displayAddress(network))
  if (addresses.length === 0 || addresses.includes('')) return current
  for (const bits of [
    { ipv4: 32, ipv6: 64 },
    { ipv4: 24, ipv6: 56 },
    { ipv4: 16, ipv6: 48 },
  ]) {
    const around = new Set(
      addresses.flatMap((address) => readNetwork(`${address}/${address.includes(':') ? bits.ipv6 : bits.ipv4}`) ?? []),
    )
    if (around.size <= maxNetworks) return isWithin([...around], current) ? [...around].sort() : current
  }
  return current
}
