import { basename, dirname } from 'node:path/posix'
import { createEntryClaim } from '../cluster/entry-claim.ts'
import { findHolders, readCluster } from './cluster-rows.ts'
import { clusterKeys, insertKeys } from './entry-keys.ts'
import type { ReadEntry } from './read-entry.ts'
import { recordCluster } from './record-cluster.ts'
import type { VersionRef } from './record-outcome.ts'
import { isOneOf, type Recording } from './recording.ts'
import { toStoredFacts } from './stored-facts.ts'
import { deleteStalePlaces, upsertFiles } from './upsert-files.ts'
import { upsertImages } from './upsert-images.ts'

/**
 * Records entries that were read.
 *
 * Invariant: the catalog follows from the content of the folders. Recording the same entries again changes nothing, and
 * neither the order of entries nor the size of batches makes a difference. For this, every entry that is connected with
 * one of `entries`, now or before, is decided again.
 */
export async function recordEntries(recording: Recording, entries: readonly ReadEntry[]): Promise<void> {
  const read = await upsertEntries(recording, entries)
  const ids = [...read.keys()]
  const claims = [...read].map(([entryId, { folderId, facts }]) => ({
    ...createEntryClaim(facts, recording.now),
    entryId,
    folderId,
    path: facts.stem,
  }))
  const keys = claims.flatMap((claim) => clusterKeys(claim).map((key) => ({ key, entryId: claim.entryId })))
  const sites = claims.flatMap(({ site }) => site ?? [])
  const holders = await findHolders(recording, {
    versionIds: [...new Set(sites.map(({ versionId }) => versionId))],
    modelIds: [...new Set(sites.map(({ modelId }) => modelId))],
  })
  // The cluster is read with the old and the new keys: what an entry was connected with before is decided again without it.
  await insertKeys(recording, keys)
  const rows = await readCluster(recording, [...new Set([...ids, ...holders])])
  await recording.transaction
    .deleteFrom('entry_key')
    .where((row) => isOneOf(recording, row.ref('entry_id'), ids))
    .execute()
  await insertKeys(recording, keys)
  await deleteStalePlaces(recording, new Map([...read].map(([id, { facts }]) => [id, facts.files])))
  await recordCluster(recording, {
    rows,
    readEntryIds: new Set(ids),
    leftVersionIds: [],
    upsertContents: (versionOf) => upsertContents(recording, read, versionOf),
  })
  await replaceProblems(recording, read)
}

/** Splits a path into directory and stem, which identify an entry in its folder. */
const splitPath = (stem: string) => ({ directory: dirname(stem) === '.' ? '' : dirname(stem), stem: basename(stem) })

/** Bounds the parameters of an insert statement: one for each column of each row. */
const maxRowsPerStatement = 500

/** Writes the rows of entries and returns the entries by id. Existing rows keep their versions. */
async function upsertEntries(recording: Recording, entries: readonly ReadEntry[]): Promise<Map<number, ReadEntry>> {
  const byPlace = [...new Map(entries.map((entry) => [`${entry.folderId}/${entry.facts.stem}`, entry]))]
  const entriesById = new Map<number, ReadEntry>()
  for (let start = 0; start < byPlace.length; start += maxRowsPerStatement)
    for (const [id, entry] of await upsertRows(recording, new Map(byPlace.slice(start, start + maxRowsPerStatement))))
      entriesById.set(id, entry)
  return entriesById
}

async function upsertRows(
  { transaction, now }: Recording,
  byPlace: ReadonlyMap<string, ReadEntry>,
): Promise<[number, ReadEntry][]> {
  const rows = await transaction
    .insertInto('library_entry')
    .values(
      [...byPlace.values()].map(({ folderId, facts }) => ({
        folder_id: folderId,
        ...splitPath(facts.stem),
        version_id: 0,
        read_at: now,
        fingerprint: facts.fingerprint,
        trust: facts.trust,
        claim: JSON.stringify(createEntryClaim(facts, now)),
        facts: facts.identity ? JSON.stringify(toStoredFacts({ ...facts, identity: facts.identity }, now)) : null,
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

async function upsertContents(
  recording: Recording,
  read: ReadonlyMap<number, ReadEntry>,
  versionOf: ReadonlyMap<number, VersionRef>,
): Promise<void> {
  const entries = [...read].flatMap(([entryId, { folderId, facts }]) => {
    const version = versionOf.get(entryId)
    return version ? [{ location: { entryId, folderId, ...version }, facts }] : []
  })
  await upsertFiles(recording, entries)
  await upsertImages(recording, entries)
}

async function replaceProblems(recording: Recording, read: ReadonlyMap<number, ReadEntry>): Promise<void> {
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
