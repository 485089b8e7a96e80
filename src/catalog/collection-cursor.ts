import { BadCursor } from './cursor.ts'
import type { CollectionSort } from './enums.ts'

/*
 * Cursors of collections are integers (contract §2), so they hold the keys of the last row in one number: the id in the
 * low 31 bits and, under `Most Followers`, the number of followers above it. Without followers the cursor is the id.
 */

/** The keys of the row that a page ended with. */
export interface CollectionKeys {
  id: number
  followers: number
}

const idRange = 2 ** 31
const maxFollowers = Math.floor(Number.MAX_SAFE_INTEGER / idRange) - 1

/** Returns the cursor of the page after the row; more than 4 million followers count as 4 million. */
export const writeCollectionCursor = (
  { id, follower_count }: { id: number; follower_count: number },
  sort: CollectionSort,
): number => (sort === 'Newest' ? id : Math.min(follower_count, maxFollowers) * idRange + id)

/** @throws BadCursor for a number that no page of this order ends with */
export function readCollectionCursor(cursor: number, sort: CollectionSort): CollectionKeys {
  const keys = { id: cursor % idRange, followers: Math.floor(cursor / idRange) }
  const isValid = Number.isSafeInteger(cursor) && keys.id > 0 && (sort === 'Most Followers' || keys.followers === 0)
  if (!isValid || cursor < 0) throw new BadCursor('The cursor is not valid')
  return keys
}
