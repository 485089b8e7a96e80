import { saveDroppedIds } from './dropped-files.ts'
import { relinkVersion } from './image-links.ts'
import { isOneOf, type Recording } from './recording.ts'
import { trackModel } from './track-models.ts'

/**
 * Deletes files that have been missing since `before` (Unix milliseconds) or earlier, at most `maxFilesPerTransaction`.
 * Their ids are saved for the case that the same bytes return. Returns how many `lost_file` rows it processed.
 */
export async function deleteMissingFiles(recording: Recording, before: number): Promise<number> {
  const { transaction } = recording
  const lost = await transaction
    .selectFrom('lost_file')
    .leftJoin('model_file', 'model_file.id', 'lost_file.file_id')
    .leftJoin('model_version', 'model_version.id', 'model_file.version_id')
    .select(['lost_file.file_id', 'model_file.version_id', 'model_version.model_id'])
    .where('lost_file.lost_at', '<=', before)
    .orderBy('lost_file.file_id')
    .limit(maxFilesPerTransaction)
    .execute()
  for (const { file_id, version_id, model_id } of lost) {
    await transaction.deleteFrom('lost_file').where('file_id', '=', file_id).execute()
    if (version_id === null || model_id === null) continue
    await trackModel(recording, model_id)
    await saveDroppedIds(recording, { modelId: model_id, versionId: version_id, fileId: file_id })
    await deleteFile(recording, file_id, version_id)
    await deleteIfEmpty(recording, { versionIds: [version_id], modelIds: [model_id] })
  }
  return lost.length
}

/** Keeps transactions short, so that other writers do not wait long. */
const maxFilesPerTransaction = 100

async function deleteFile(recording: Recording, fileId: number, versionId: number): Promise<void> {
  const { transaction } = recording
  await transaction.deleteFrom('file_hash').where('file_id', '=', fileId).execute()
  await transaction.deleteFrom('model_file').where('id', '=', fileId).execute()
  await transaction.deleteFrom('lost_file').where('file_id', '=', fileId).execute()
  await relinkVersion(recording, versionId)
}

/**
 * Deletes the versions among `versionIds` that have no file, no entry and no edit by the owner, then the models among
 * `modelIds` that have no version.
 */
export async function deleteIfEmpty(
  recording: Recording,
  { versionIds, modelIds }: { versionIds: readonly number[]; modelIds: readonly number[] },
): Promise<void> {
  const { transaction } = recording
  const unused = await transaction
    .selectFrom('model_version')
    .innerJoin('model', 'model.id', 'model_version.model_id')
    .select('model_version.id')
    .where((row) => isOneOf(recording, row.ref('model_version.id'), versionIds))
    .where('model.edited_at', 'is', null)
    .where('model_version.edited_at', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('library_entry').select('id').whereRef('version_id', '=', 'model_version.id'))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('model_file').select('id').whereRef('version_id', '=', 'model_version.id'))),
    )
    .execute()
  for (const { id } of unused) {
    await transaction.deleteFrom('image_version').where('version_id', '=', id).execute()
    await transaction.deleteFrom('model_version').where('id', '=', id).execute()
  }
  const empty = await transaction
    .selectFrom('model')
    .select('id')
    .where((row) => isOneOf(recording, row.ref('id'), modelIds))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('model_version').select('id').whereRef('model_id', '=', 'model.id'))),
    )
    .execute()
  for (const { id } of empty) await deleteModel(recording, id)
}

/** Deletes a model with its tags and its search text. */
export async function deleteModel({ transaction, engine }: Recording, modelId: number): Promise<void> {
  await transaction.deleteFrom('model_tag').where('model_id', '=', modelId).execute()
  await engine.removeModelText(modelId).execute(transaction)
  await transaction.deleteFrom('model').where('id', '=', modelId).execute()
}
