import type { Recording } from './recording.ts'

/*
 * Several entries may speak of one version (copies, a full and a pruned file), and several versions of one model. The
 * facts of the best informed one are what the catalog shows; the others stand by until it goes.
 */

/** The entry whose facts the version shows: the most trusted, then the one that was there first. */
export async function leaderOfVersion({ transaction }: Recording, versionId: number): Promise<number | undefined> {
  const leader = await transaction
    .selectFrom('library_entry')
    .select('id')
    .where('version_id', '=', versionId)
    .orderBy('trust', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return leader?.id
}

/** The entry whose facts the model shows: the most trusted, of these the one of the newest version. */
export async function leaderOfModel({ transaction }: Recording, modelId: number): Promise<number | undefined> {
  const leader = await transaction
    .selectFrom('library_entry')
    .innerJoin('model_version', 'model_version.id', 'library_entry.version_id')
    .select('library_entry.id')
    .where('model_version.model_id', '=', modelId)
    .orderBy('library_entry.trust', 'desc')
    .orderBy('model_version.published_at', 'desc')
    .orderBy('library_entry.id')
    .limit(1)
    .executeTakeFirst()
  return leader?.id
}

/** Has an entry read again by the next scan: what it says counts from now on. */
export const readAgain = ({ transaction }: Recording, entryId: number) =>
  transaction.updateTable('library_entry').set({ fingerprint: '' }).where('id', '=', entryId).execute()
