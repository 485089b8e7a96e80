import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { createEntryClaim, isActive, type PlacedClaim } from '../cluster/entry-claim.ts'
import { familyKey } from '../cluster/group-models.ts'
import type { ReadEntry } from './read-entry.ts'
import type { Recording } from './recording.ts'

/**
 * Returns the keys of an entry.
 *
 * Invariant: two entries that can be one version or one model, or whose sidecars claim the same id, have a key in common.
 * The cluster of an entry therefore contains every entry that can affect its version, its model and its ids.
 */
export function clusterKeys(claim: PlacedClaim): number[] {
  if (!isActive(claim)) return []
  const { files, shared, site, siteFiles = {}, siteImages = [] } = claim
  const texts = [
    ...files.slice(0, shared).map((hash) => `bytes ${hash}`),
    ...(site ? [`version ${site.versionId}`, `model ${site.modelId}`] : []),
    ...Object.values(siteFiles).map((id) => `file ${id}`),
    ...siteImages.map(({ id }) => `image ${id}`),
    `family ${familyKey(claim)}`,
  ]
  return [...new Set(texts.map(hashKey))]
}

/** Returns the keys of an entry that is not recorded yet. They depend on neither the time nor its row. */
export const clusterKeysOfRead = ({ folderId, facts }: ReadEntry): number[] =>
  clusterKeys({ ...createEntryClaim(facts, 0), entryId: 0, folderId, path: facts.stem })

/** Returns 48 bits of a hash. A collision only makes a cluster larger than needed. */
const hashKey = (text: string): number => createHash('sha256').update(text).digest().readUIntBE(0, 6)

export const insertKeys = ({ transaction }: Recording, keys: readonly EntryKey[]) =>
  sql`
    insert into entry_key (key, entry_id)
    select value ->> 'key', value ->> 'entryId' from json_each(${JSON.stringify(keys)}) where true
    on conflict (key, entry_id) do nothing
  `.execute(transaction)

/** One of the keys of an entry. */
export interface EntryKey {
  key: number
  entryId: number
}
