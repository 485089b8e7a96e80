import { sql } from 'kysely'
import type { Recording } from './recording.ts'

/*
 * Generation data names the hashes of the models that an image was made with. Invariant: an image is linked to every
 * version that has a file with such a hash, whichever was recorded first.
 */

/** Links a version to the images that name one of `hashes`, which are those of a file it now has. */
export const linkImagesToVersion = ({ transaction, engine }: Recording, versionId: number, hashes: readonly string[]) =>
  transaction
    .insertInto('image_version')
    .columns(['image_id', 'version_id'])
    .expression((query) =>
      query
        .selectFrom('image_hash')
        .select((row) => ['image_hash.image_id', row.val(versionId).as('version_id')])
        .where((row) => engine.inList(row.ref('image_hash.hash'), sql.val(JSON.stringify(hashes))))
        .distinct(),
    )
    .onConflict((conflict) => conflict.columns(['version_id', 'image_id']).doNothing())
    .execute()

/** Replaces the hashes that an image names, and links it to the versions that have such files. */
export async function linkImage(
  { transaction, engine }: Recording,
  imageId: number,
  hashes: readonly string[],
): Promise<void> {
  await unlinkImage({ transaction }, imageId)
  const named = [...new Set(hashes)]
  if (named.length === 0) return
  await transaction
    .insertInto('image_hash')
    .values(named.map((hash) => ({ hash, image_id: imageId })))
    .execute()
  await transaction
    .insertInto('image_version')
    .columns(['image_id', 'version_id'])
    .expression((query) =>
      query
        .selectFrom('file_hash')
        .innerJoin('model_file', 'model_file.id', 'file_hash.file_id')
        .select((row) => [row.val(imageId).as('image_id'), 'model_file.version_id'])
        .where((row) => engine.inList(row.ref('file_hash.hash'), sql.val(JSON.stringify(named))))
        .distinct(),
    )
    .execute()
}

export async function unlinkImage({ transaction }: Pick<Recording, 'transaction'>, imageId: number): Promise<void> {
  await transaction.deleteFrom('image_hash').where('image_id', '=', imageId).execute()
  await transaction.deleteFrom('image_version').where('image_id', '=', imageId).execute()
}

/** Recomputes the image links of a version whose files changed. */
export async function relinkVersion(recording: Recording, versionId: number): Promise<void> {
  const { transaction } = recording
  await transaction.deleteFrom('image_version').where('version_id', '=', versionId).execute()
  const rows = await transaction
    .selectFrom('model_file')
    .innerJoin('file_hash', 'file_hash.file_id', 'model_file.id')
    .select('file_hash.hash')
    .where('model_file.version_id', '=', versionId)
    .execute()
  const hashes = rows.map(({ hash }) => hash)
  await linkImagesToVersion(recording, versionId, hashes)
}
