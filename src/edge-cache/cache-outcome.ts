import type { EdgeOutcome } from '../metrics/edge-meter.ts'
import type { Handling } from './engine/cache-status.ts'

/** How a request was answered, in one word, of what the cache says of it; undefined: neither it nor the origin gave the answer. */
export function outcomeOf(handling: Handling | undefined): EdgeOutcome {
  if (!handling) return 'none'
  const { forwarded, forwardStatus, freshFor = 0, isCollapsed, detail } = handling
  if (detail === 'stale-if-error') return 'stale'
  if (forwarded === undefined) return freshFor > 0 ? 'hit' : 'stale'
  if (isCollapsed) return 'collapsed'
  if (forwarded === 'bypass' || forwarded === 'method') return 'bypass'
  return forwardStatus === 304 ? 'revalidated' : 'miss'
}
