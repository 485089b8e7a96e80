import type { PlacedClaim } from './entry-claim.ts'

/**
 * Compares two entries for `sort`, the one that tells more first. The order is total and follows from the content of the
 * folders only: at equal information the path decides.
 */
export function mostInformativeFirst(one: PlacedClaim, other: PlacedClaim): number {
  return compareTells(one.tells, other.tells) || comparePlaces(one, other)
}

/**
 * Compares the leaders of versions for `sort`, first the one whose facts their model shows: the most trusted, of these the
 * newest version.
 */
export function modelLeaderFirst(one: PlacedClaim, other: PlacedClaim): number {
  const [trustAndIds, rest] = [2, Number.POSITIVE_INFINITY]
  return (
    compareTells(one.tells.slice(0, trustAndIds), other.tells.slice(0, trustAndIds)) ||
    other.publishedAt - one.publishedAt ||
    compareTells(one.tells.slice(trustAndIds, rest), other.tells.slice(trustAndIds, rest)) ||
    comparePlaces(one, other)
  )
}

function compareTells(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = (other[index] ?? 0) - value
    if (difference !== 0) return difference
  }
  return 0
}

const comparePlaces = (one: PlacedClaim, other: PlacedClaim): number =>
  one.path < other.path ? -1 : one.path > other.path ? 1 : one.folderId - other.folderId
