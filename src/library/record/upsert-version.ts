import { provenanceOf } from './provenance.ts'
import type { VersionRef } from './record-outcome.ts'
import type { Recording } from './recording.ts'
import type { StoredFacts } from './stored-facts.ts'

/** Inserts a placeholder row for a version, so that entries can refer to it. `updateVersion` writes its facts. */
export async function ensureVersion(
  { transaction, now }: Recording,
  { modelId, versionId }: VersionRef,
): Promise<void> {
  await transaction
    .insertInto('model_version')
    .values({
      id: versionId,
      model_id: modelId,
      position: 0,
      name: String(versionId),
      base_model: 'Other',
      trained_words: '[]',
      status: 'Published',
      availability: 'Public',
      nsfw_level: 1,
      usage_control: 'Download',
      upload_type: 'Created',
      provenance: '{}',
      file_count: 0,
      download_count: 0,
      imported_download_count: 0,
      thumbs_up_count: 0,
      thumbs_down_count: 0,
      created_at: now,
      published_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Writes the facts of a version from its leader. Downloads counted by this hub stay. */
export async function updateVersion(
  { transaction }: Recording,
  { versionId, leaderId }: { versionId: number; leaderId: number },
  { version, provenance, publishedAt }: StoredFacts,
): Promise<void> {
  const { stats = {} } = version
  const imported = stats.downloadCount ?? 0
  await transaction
    .updateTable('model_version')
    .set({
      name: version.name,
      description: version.description ?? null,
      base_model: version.baseModel,
      base_model_type: version.baseModelType ?? null,
      trained_words: JSON.stringify(version.trainedWords),
      availability: version.availability ?? 'Public',
      early_access_ends_at: version.earlyAccessEndsAt ?? null,
      early_access_config: version.earlyAccessConfig ? JSON.stringify(version.earlyAccessConfig) : null,
      thumbs_up_count: stats.thumbsUpCount ?? 0,
      thumbs_down_count: stats.thumbsDownCount ?? 0,
      provenance: JSON.stringify({
        ...provenanceOf('version', provenance),
        ...(version.setAside && { setAside: version.setAside }),
      }),
      created_at: version.createdAt ?? publishedAt,
      published_at: publishedAt,
      updated_at: version.updatedAt ?? publishedAt,
      leader_entry_id: leaderId,
    })
    .set((row) => ({
      download_count: row(row('download_count', '-', row.ref('imported_download_count')), '+', imported),
      imported_download_count: imported,
    }))
    .where('id', '=', versionId)
    .execute()
}
