import { basename, dirname } from 'node:path/posix'
import type { EntryFacts, LibraryProblem } from '../entry-facts.ts'
import { type ChosenVersion, chooseVersion } from './choose-version.ts'
import { afterLeaving, afterVersionLeft, dropFile } from './forget.ts'
import { inherit } from './inherit.ts'
import { leaderOfModel, leaderOfVersion, readAgain } from './leading-entry.ts'
import { putFiles } from './put-files.ts'
import { putImages } from './put-images.ts'
import { ensureModel, putModel } from './put-model.ts'
import { ensureVersion, putVersion } from './put-version.ts'
import type { Recording } from './recording.ts'
import { refreshModel } from './refresh-model.ts'
import { tallied } from './tally.ts'

/** An entry as it was read. */
export interface ReadEntry {
  folderId: number
  facts: EntryFacts
  problems: readonly LibraryProblem[]
}

/** Brings the catalog to what was read of an entry. Recording the same again changes nothing. */
export async function recordEntry(recording: Recording, { folderId, facts, problems }: ReadEntry): Promise<void> {
  const earlier = await earlierEntry(recording, folderId, facts.stem)
  const chosen = await chooseVersion(recording, facts, earlier?.version_id)
  const entryId = await putEntry(recording, folderId, facts, chosen)
  if (chosen) {
    await tallied(recording, chosen.modelId, async () => {
      await putFacts(recording, chosen, { entryId, folderId, facts })
      await refreshModel(recording, chosen.modelId)
    })
    if (earlier && facts.trust < earlier.trust) await handOver(recording, chosen, entryId)
  }
  if (earlier?.model_id != null && earlier.version_id !== chosen?.versionId)
    await leave(recording, { versionId: earlier.version_id, modelId: earlier.model_id }, chosen)
  await putProblems(recording, { entryId, folderId, problems })
}

interface PlacedFacts {
  entryId: number
  folderId: number
  facts: EntryFacts
}

async function putFacts(recording: Recording, chosen: ChosenVersion, { entryId, folderId, facts }: PlacedFacts) {
  const { identity } = facts
  await ensureModel(recording, chosen.modelId)
  await ensureVersion(recording, chosen)
  if (identity && (await leaderOfVersion(recording, chosen.versionId)) === entryId) {
    const moved = await otherModelOf(recording, chosen)
    await putVersion(recording, chosen, { ...facts, identity })
    if (moved !== undefined) await afterVersionLeft(recording, moved)
  }
  if (identity && (await leaderOfModel(recording, chosen.modelId)) === entryId)
    await putModel(recording, chosen.modelId, identity)
  const place = { entryId, folderId, versionId: chosen.versionId }
  await putFiles(recording, place, facts)
  const baseModel = identity?.version.baseModel ?? 'Other'
  await putImages(recording, { ...place, modelId: chosen.modelId, baseModel }, facts)
}

/** An entry that knows less than it did may speak for nobody any more: whoever does so now is read again. */
async function handOver(recording: Recording, { modelId, versionId }: ChosenVersion, entryId: number): Promise<void> {
  for (const leader of [await leaderOfVersion(recording, versionId), await leaderOfModel(recording, modelId)])
    if (leader !== undefined && leader !== entryId) await readAgain(recording, leader)
}

/** The model that a version is under until now, when that is not the chosen one. */
async function otherModelOf({ transaction }: Recording, { modelId, versionId }: ChosenVersion) {
  const version = await transaction
    .selectFrom('model_version')
    .select('model_id')
    .where('id', '=', versionId)
    .executeTakeFirstOrThrow()
  if (version.model_id === modelId) return undefined
  await transaction.updateTable('image').set({ model_id: modelId }).where('version_id', '=', versionId).execute()
  return version.model_id
}

/** An entry that turned out to be another version takes its files along, and what people said of them. */
async function leave(recording: Recording, left: ChosenVersion, chosen: ChosenVersion | undefined): Promise<void> {
  const { transaction } = recording
  const files = await transaction
    .selectFrom('lost_file')
    .innerJoin('model_file', 'model_file.id', 'lost_file.file_id')
    .select('model_file.id')
    .where('model_file.version_id', '=', left.versionId)
    .where('model_file.sha256', 'in', (file) =>
      file
        .selectFrom('model_file')
        .select('sha256')
        .where('version_id', '=', chosen?.versionId ?? 0),
    )
    .execute()
  for (const { id } of files) await dropFile(recording, id, left.versionId)
  const others = await transaction
    .selectFrom('library_entry')
    .innerJoin('model_version', 'model_version.id', 'library_entry.version_id')
    .select('library_entry.id')
    .where('model_version.model_id', '=', left.modelId)
    .limit(1)
    .executeTakeFirst()
  if (chosen && chosen.modelId !== left.modelId && !others) await inherit(recording, left.modelId, chosen.modelId)
  await afterLeaving(recording, left.versionId, left.modelId)
}

/** An entry is known by its directory and its stem. */
const keyOf = (stem: string) => ({ directory: dirname(stem) === '.' ? '' : dirname(stem), stem: basename(stem) })

async function earlierEntry({ transaction }: Recording, folderId: number, path: string) {
  const { directory, stem } = keyOf(path)
  return transaction
    .selectFrom('library_entry')
    .leftJoin('model_version', 'model_version.id', 'library_entry.version_id')
    .select(['library_entry.version_id', 'library_entry.trust', 'model_version.model_id'])
    .where('library_entry.folder_id', '=', folderId)
    .where('library_entry.directory', '=', directory)
    .where('library_entry.stem', '=', stem)
    .executeTakeFirst()
}

async function putEntry(
  { transaction, now }: Recording,
  folderId: number,
  facts: EntryFacts,
  chosen: ChosenVersion | undefined,
): Promise<number> {
  const { fingerprint, trust } = facts
  const read = { fingerprint, trust, version_id: chosen?.versionId ?? 0, read_at: now }
  const { id } = await transaction
    .insertInto('library_entry')
    .values({ folder_id: folderId, ...keyOf(facts.stem), ...read })
    .onConflict((conflict) => conflict.columns(['folder_id', 'directory', 'stem']).doUpdateSet(read))
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

async function putProblems(
  { transaction, now }: Recording,
  { entryId, folderId, problems }: { entryId: number; folderId: number; problems: readonly LibraryProblem[] },
): Promise<void> {
  await transaction.deleteFrom('library_problem').where('entry_id', '=', entryId).execute()
  for (const { path, reason } of problems)
    await transaction
      .insertInto('library_problem')
      .values({ folder_id: folderId, entry_id: entryId, path, reason, seen_at: now })
      .onConflict((conflict) =>
        conflict.columns(['folder_id', 'path', 'reason']).doUpdateSet({ entry_id: entryId, seen_at: now }),
      )
      .execute()
}
