import { basename, dirname } from 'node:path/posix'
import type { EntryFacts, LibraryProblem } from '../entry-facts.ts'
import { willChange } from './changing-models.ts'
import { type ChosenVersion, chooseVersion, versionById } from './choose-version.ts'
import { afterLeaving, afterVersionLeft, dropFile } from './forget.ts'
import { inherit } from './inherit.ts'
import { leaderOfModel, leaderOfVersion, readAgain } from './leading-entry.ts'
import { putFiles } from './put-files.ts'
import { putImages } from './put-images.ts'
import { ensureModel, putModel } from './put-model.ts'
import { ensureVersion, putVersion } from './put-version.ts'
import type { Recording } from './recording.ts'

/** An entry as it was read. */
export interface ReadEntry {
  folderId: number
  facts: EntryFacts
  problems: readonly LibraryProblem[]
}

/** Brings the catalog to what was read of an entry. Recording the same again changes nothing. */
export async function recordEntry(recording: Recording, { folderId, facts, problems }: ReadEntry): Promise<void> {
  const earlier = await earlierVersion(recording, folderId, facts.stem)
  const earlierLeaders = earlier && (await leadersOf(recording, earlier))
  const named = await chooseVersion(recording, facts, earlier?.versionId)
  const entryId = await putEntry(recording, folderId, facts, named)
  const chosen = named && (await underItsModel(recording, named, entryId))
  if (chosen) {
    await willChange(recording, chosen.modelId)
    await putFacts(recording, chosen, { entryId, folderId, facts })
  }
  if (earlier && earlier.versionId !== chosen?.versionId) await leave(recording, earlier, chosen)
  else if (chosen && earlierLeaders)
    await handOver(recording, entryId, earlierLeaders, await leadersOf(recording, chosen))
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
    if (moved !== undefined) await afterVersionLeft(recording, moved, chosen.modelId)
  }
  if (identity && (await leaderOfModel(recording, chosen.modelId)) === entryId)
    await putModel(recording, chosen.modelId, identity)
  const place = { entryId, folderId, versionId: chosen.versionId }
  await putFiles(recording, place, facts)
  const baseModel = identity?.version.baseModel ?? 'Other'
  await putImages(recording, { ...place, modelId: chosen.modelId, baseModel }, facts)
}

interface Leaders {
  ofVersion: number | undefined
  ofModel: number | undefined
}

const leadersOf = async (recording: Recording, { modelId, versionId }: ChosenVersion): Promise<Leaders> => ({
  ofVersion: await leaderOfVersion(recording, versionId),
  ofModel: await leaderOfModel(recording, modelId),
})

/** An entry that knows less than it did, or is older now, may speak for nobody any more: whoever does is read again. */
async function handOver(recording: Recording, entryId: number, before: Leaders, now: Leaders): Promise<void> {
  for (const whose of ['ofVersion', 'ofModel'] as const) {
    const leader = now[whose]
    if (leader !== undefined && leader !== entryId && leader !== before[whose]) await readAgain(recording, leader)
  }
}

/** Sidecars may put one version under several models: it is under the one that its best informed entry names. */
async function underItsModel(recording: Recording, named: ChosenVersion, entryId: number): Promise<ChosenVersion> {
  if ((await leaderOfVersion(recording, named.versionId)) === entryId) return named
  return (await versionById(recording, named.versionId)) ?? named
}

/** The model that a version is under until now, when that is not the chosen one. */
async function otherModelOf(recording: Recording, { modelId, versionId }: ChosenVersion) {
  const version = await versionById(recording, versionId)
  if (!version || version.modelId === modelId) return undefined
  await recording.transaction
    .updateTable('image')
    .set({ model_id: modelId })
    .where('version_id', '=', versionId)
    .execute()
  return version.modelId
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
  // Where other bytes came to the path, people meant what lay there before; it may turn up elsewhere.
  const cameAlong = files.length > 0 && !others
  if (chosen && chosen.modelId !== left.modelId && cameAlong) await inherit(recording, left.modelId, chosen.modelId)
  await afterLeaving(recording, left.versionId, left.modelId)
}

/** An entry is known by its directory and its stem. */
const keyOf = (stem: string) => ({ directory: dirname(stem) === '.' ? '' : dirname(stem), stem: basename(stem) })

/** The version that an entry was before, if any. */
async function earlierVersion(
  { transaction }: Recording,
  folderId: number,
  path: string,
): Promise<ChosenVersion | undefined> {
  const { directory, stem } = keyOf(path)
  return transaction
    .selectFrom('library_entry')
    .innerJoin('model_version', 'model_version.id', 'library_entry.version_id')
    .select(['model_version.id as versionId', 'model_version.model_id as modelId'])
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
