import type { PlacedClaim } from './entry-claim.ts'

/**
 * Compares two entries for `sort`, the more informative first.
 *
 * Invariant: the order is total and depends only on the content of the folders, so the leader of a version does not
 * depend on when its entries were read. If the ranks are equal, the path decides.
 */
export function mostInformativeFirst(one: PlacedClaim, other: PlacedClaim): number {
  return compareRanks(one.tells, other.tells) || comparePaths(one, other)
}

/**
 * Compares the leaders of a model's versions for `sort`. The first decides the facts of the model: the most trusted, site
 * ids before none, then the newest version.
 */
export function modelLeaderFirst(one: PlacedClaim, other: PlacedClaim): number {
  const [trustAndIds, rest] = [2, Number.POSITIVE_INFINITY]
  return (
    compareRanks(one.tells.slice(0, trustAndIds), other.tells.slice(0, trustAndIds)) ||
    other.publishedAt - one.publishedAt ||
    compareRanks(one.tells.slice(trustAndIds, rest), other.tells.slice(trustAndIds, rest)) ||
    comparePaths(one, other)
  )
}

function compareRanks(one: readonly number[], other: readonly number[]): number {
  for (const [index, value] of one.entries()) {
    const difference = (other[index] ?? 0) - value
    if (difference !== 0) return difference
  }
  return 0
}

const comparePaths = (one: PlacedClaim, other: PlacedClaim): number =>
  one.path < other.path ? -1 : one.path > other.path ? 1 : one.folderId - other.folderId
