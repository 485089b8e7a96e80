import type { EntryFacts } from '../entry-facts.ts'
import type { Identity } from '../identity.ts'
import { sanitizeDescription } from '../sanitize-description.ts'
import type { ChosenVersion } from './choose-version.ts'
import { provenanceOf } from './provenance.ts'
import type { Recording } from './recording.ts'

/** What a version is called before anything is known of it, so that entries can belong to it. */
export async function ensureVersion(
  { transaction, now }: Recording,
  { modelId, versionId }: ChosenVersion,
): Promise<void> {
  await transaction
    .insertInto('model_version')
    .values({
      ...{ id: versionId, model_id: modelId, position: 0, name: String(versionId), base_model: 'Other' },
      ...{ trained_words: '[]', status: 'Published', availability: 'Public', nsfw_level: 1 },
      ...{ usage_control: 'Download', upload_type: 'Created', provenance: '{}', file_count: 0 },
      ...{ download_count: 0, imported_download_count: 0, thumbs_up_count: 0, thumbs_down_count: 0 },
      ...{ created_at: now, published_at: now, updated_at: now },
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Writes what an entry knows of its version. What happened on this hub stays. */
export async function putVersion(
  { transaction, now }: Recording,
  { modelId, versionId }: ChosenVersion,
  { identity, files }: EntryFacts & { identity: Identity },
): Promise<void> {
  const { version, provenance } = identity
  const { stats = {} } = version
  const imported = stats.downloadCount ?? 0
  // A file that says nothing of its age is as old as it looks.
  const lookedOld = Math.min(now, ...files.map(({ file }) => file.mtimeMs))
  const publishedAt = version.publishedAt ?? version.createdAt ?? lookedOld
  await transaction
    .updateTable('model_version')
    .set({
      model_id: modelId,
      name: version.name,
      description: sanitizeDescription(version.description),
      base_model: version.baseModel,
      base_model_type: version.baseModelType ?? null,
      trained_words: JSON.stringify(version.trainedWords),
      availability: version.availability ?? 'Public',
      early_access_ends_at: version.earlyAccessEndsAt ?? null,
      thumbs_up_count: stats.thumbsUpCount ?? 0,
      thumbs_down_count: stats.thumbsDownCount ?? 0,
      provenance: JSON.stringify(provenanceOf('version', provenance)),
      created_at: version.createdAt ?? publishedAt,
      published_at: publishedAt,
      updated_at: version.updatedAt ?? publishedAt,
    })
    .set((row) => ({
      download_count: row(row('download_count', '-', row.ref('imported_download_count')), '+', imported),
      imported_download_count: imported,
    }))
    .where('id', '=', versionId)
    .execute()
}
