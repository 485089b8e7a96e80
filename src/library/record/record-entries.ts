import { basename, dirname } from 'node:path/posix'
import { claimOf } from '../cluster/entry-claim.ts'
import type { EntryFacts, LibraryProblem } from '../entries/entry-facts.ts'
import { clusterOf, holdersOf } from './cluster-rows.ts'
import { addKeys, keysOf } from './entry-keys.ts'
import { settleCluster } from './record-cluster.ts'
import type { PlacedVersion } from './record-outcome.ts'
import { isOneOf, type Recording } from './recording.ts'
import { storedFactsOf } from './stored-facts.ts'
import { dropStalePlaces, putFiles } from './upsert-files.ts'
import { putImages } from './upsert-images.ts'

/** An entry as it was read. */
export interface ReadEntry {
  folderId: number
  facts: EntryFacts
  problems: readonly LibraryProblem[]
}

/**
 * Brings the catalog to what was read of these entries and of all that are connected with them. Recording the same again
 * changes nothing, and neither the order of entries nor the size of batches makes a difference.
 */
export async function recordEntries(recording: Recording, entries: readonly ReadEntry[]): Promise<void> {
  const read = await putEntries(recording, entries)
  const ids = [...read.keys()]
  const claims = [...read].map(([entryId, { folderId, facts }]) => ({
    ...claimOf(facts, recording.now),
    entryId,
    folderId,
    path: facts.stem,
  }))
  const keys = claims.flatMap((claim) => keysOf(claim).map((key) => ({ key, entryId: claim.entryId })))
  const sites = claims.flatMap(({ site }) => site ?? [])
  const holders = await holdersOf(recording, {
    versionIds: [...new Set(sites.map(({ versionId }) => versionId))],
    modelIds: [...new Set(sites.map(({ modelId }) => modelId))],
  })
  // What an entry was connected with before is decided again without it, so its old keys count as well.
  await addKeys(recording, keys)
  const rows = await clusterOf(recording, [...new Set([...ids, ...holders])])
  await recording.transaction
    .deleteFrom('entry_key')
    .where((row) => isOneOf(recording, row.ref('entry_id'), ids))
    .execute()
  await addKeys(recording, keys)
  await dropStalePlaces(recording, new Map([...read].map(([id, { facts }]) => [id, facts.files])))
  await settleCluster(recording, {
    rows,
    read: new Set(ids),
    left: [],
    putContents: (versionOf) => putContents(recording, read, versionOf),
  })
  await putProblems(recording, read)
}

/** An entry is known by its directory and its stem. */
const keyOf = (stem: string) => ({ directory: dirname(stem) === '.' ? '' : dirname(stem), stem: basename(stem) })

/** Rows of entries in one statement, which has a parameter for each of their columns. */
const rowsAtOnce = 500

/** Writes the rows of entries; those that are there keep their versions. Returns the entries by id. */
async function putEntries(recording: Recording, entries: readonly ReadEntry[]): Promise<Map<number, ReadEntry>> {
  const byPlace = [...new Map(entries.map((entry) => [`${entry.folderId}/${entry.facts.stem}`, entry]))]
  const put = new Map<number, ReadEntry>()
  for (let start = 0; start < byPlace.length; start += rowsAtOnce)
    for (const [id, entry] of await putRows(recording, new Map(byPlace.slice(start, start + rowsAtOnce))))
      put.set(id, entry)
  return put
}

async function putRows(
  { transaction, now }: Recording,
  byPlace: ReadonlyMap<string, ReadEntry>,
): Promise<[number, ReadEntry][]> {
  const rows = await transaction
    .insertInto('library_entry')
    .values(
      [...byPlace.values()].map(({ folderId, facts }) => ({
        folder_id: folderId,
        ...keyOf(facts.stem),
        version_id: 0,
        read_at: now,
        fingerprint: facts.fingerprint,
        trust: facts.trust,
        claim: JSON.stringify(claimOf(facts, now)),
        facts: facts.identity ? JSON.stringify(storedFactsOf({ ...facts, identity: facts.identity }, now)) : null,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['folder_id', 'directory', 'stem']).doUpdateSet((row) => ({
        fingerprint: row.ref('excluded.fingerprint'),
        trust: row.ref('excluded.trust'),
        read_at: row.ref('excluded.read_at'),
        claim: row.ref('excluded.claim'),
        facts: row.ref('excluded.facts'),
      })),
    )
    .returning(['id', 'folder_id', 'directory', 'stem'])
    .execute()
  return rows.flatMap(({ id, folder_id, directory, stem }): [number, ReadEntry][] => {
    const entry = byPlace.get(`${folder_id}/${directory === '' ? stem : `${directory}/${stem}`}`)
    return entry ? [[id, entry]] : []
  })
}

async function putContents(
  recording: Recording,
  read: ReadonlyMap<number, ReadEntry>,
  versionOf: ReadonlyMap<number, PlacedVersion>,
): Promise<void> {
  const entries = [...read].flatMap(([entryId, { folderId, facts }]) => {
    const version = versionOf.get(entryId)
    return version ? [{ place: { entryId, folderId, ...version }, facts }] : []
  })
  await putFiles(recording, entries)
  await putImages(recording, entries)
}

async function putProblems(recording: Recording, read: ReadonlyMap<number, ReadEntry>): Promise<void> {
  const { transaction, now } = recording
  await transaction
    .deleteFrom('library_problem')
    .where((row) => isOneOf(recording, row.ref('entry_id'), [...read.keys()]))
    .execute()
  for (const [entryId, { folderId, problems }] of read)
    for (const { path, reason } of problems)
      await transaction
        .insertInto('library_problem')
        .values({ folder_id: folderId, entry_id: entryId, path, reason, seen_at: now })
        .onConflict((conflict) =>
          conflict.columns(['folder_id', 'path', 'reason']).doUpdateSet({ entry_id: entryId, seen_at: now }),
        )
        .execute()
}
