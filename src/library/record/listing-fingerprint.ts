import type { Recording } from './recording.ts'

/**
 * Returns everything that decides which lists and look-ups contain a model, and at which position, as one string. If it is
 * the same before and after a change, every cached list stays valid. Fields that are only displayed are left out, such as
 * descriptions and version names.
 */
export async function listingFingerprint({ transaction }: Recording, modelId: number): Promise<string> {
  const models = await transaction
    .selectFrom('model')
    .select([
      ...(['id', 'name', 'type', 'nsfw', 'nsfw_level', 'poi', 'minor', 'mode', 'status', 'availability'] as const),
      ...(['creator_id', 'checkpoint_type', 'allow_no_credit', 'allow_commercial_use', 'allow_derivatives'] as const),
      ...(['allow_different_license', 'download_count', 'thumbs_up_count', 'comment_count', 'image_count'] as const),
      ...(['collected_count', 'published_at', 'last_version_at', 'listed'] as const),
    ])
    .where('id', '=', modelId)
    .execute()
  if (models.length === 0) return ''
  const versions = await transaction
    .selectFrom('model_version')
    .select([
      ...(['id', 'position', 'base_model', 'trained_words', 'status', 'availability', 'nsfw_level'] as const),
      ...(['upload_type', 'early_access_ends_at', 'published_at'] as const),
    ])
    .where('model_id', '=', modelId)
    .orderBy('id')
    .execute()
  const files = await transaction
    .selectFrom('model_version')
    .innerJoin('model_file', 'model_file.version_id', 'model_version.id')
    .select(['model_file.id', 'model_file.version_id', 'type', 'format', 'sha256', 'hashes'])
    .where('model_version.model_id', '=', modelId)
    .orderBy('model_file.id')
    .execute()
  const tags = await transaction
    .selectFrom('model_tag')
    .select('tag_id')
    .where('model_id', '=', modelId)
    .orderBy('tag_id')
    .execute()
  return JSON.stringify([models, versions, files, tags])
}
