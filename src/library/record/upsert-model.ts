import type { Updateable } from 'kysely'
import { defaultCreatorId } from '../../catalog/default-creator.ts'
import type { ModelTable } from '../../db/tables/catalog.ts'
import { provenanceOf } from './provenance.ts'
import type { Recording } from './recording.ts'
import type { StoredFacts } from './stored-facts.ts'
import { upsertCreator } from './upsert-creator.ts'
import { replaceTags } from './upsert-tags.ts'

/** Inserts a placeholder row for a model, so that versions can refer to it. `updateModel` writes its facts. */
export async function ensureModel({ transaction, now }: Recording, modelId: number): Promise<void> {
  const creator_id = await defaultCreatorId(transaction)
  await transaction
    .insertInto('model')
    .values({
      id: modelId,
      name: String(modelId),
      type: 'Other',
      nsfw_level: 1,
      status: 'Published',
      creator_id,
      creator_is_default: 1,
      availability: 'Public',
      allow_no_credit: 1,
      allow_commercial_use: '["None"]',
      provenance: '{}',
      allow_derivatives: 1,
      allow_different_license: 1,
      nsfw: 0,
      poi: 0,
      minor: 0,
      sfw_only: 0,
      downloads_disabled: 0,
      listed: 0,
      image_count: 0,
      download_count: 0,
      imported_download_count: 0,
      thumbs_up_count: 0,
      thumbs_down_count: 0,
      comment_count: 0,
      collected_count: 0,
      tipped_amount_count: 0,
      created_at: now,
      published_at: now,
      last_version_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Writes the facts of a model from its leader. The owner's settings and this hub's own counts stay. */
export async function updateModel(
  recording: Recording,
  { modelId, leaderId, name }: { modelId: number; leaderId: number; name: string },
  { model, version, provenance }: StoredFacts,
): Promise<void> {
  const { transaction, now } = recording
  const { stats = {} } = model
  const facts: Updateable<ModelTable> = {
    name,
    description: model.description ?? null,
    type: model.type,
    nsfw: Number(model.nsfw),
    poi: Number(model.poi ?? false),
    minor: Number(model.minor ?? false),
    availability: version.availability ?? 'Public',
    ...(await upsertCreator(recording, model.creator)),
    checkpoint_type: model.checkpointType ?? null,
    allow_no_credit: Number(model.allowNoCredit ?? true),
    // Without a stated license, no commercial use is allowed.
    allow_commercial_use: JSON.stringify(model.allowCommercialUse ?? ['None']),
    allow_derivatives: Number(model.allowDerivatives ?? true),
    allow_different_license: Number(model.allowDifferentLicense ?? true),
    // `updateDerivedFields` computes the visible counts from these.
    stated_download_count: stats.downloadCount ?? null,
    stated_thumbs_up_count: stats.thumbsUpCount ?? null,
    stated_thumbs_down_count: stats.thumbsDownCount ?? null,
    comment_count: stats.commentCount ?? 0,
    tipped_amount_count: stats.tippedAmountCount ?? 0,
    provenance: JSON.stringify({
      ...provenanceOf('model', provenance),
      ...(model.license !== undefined && { licenseName: model.license }),
    }),
    updated_at: version.updatedAt ?? now,
    leader_entry_id: leaderId,
  }
  await transaction.updateTable('model').set(facts).where('id', '=', modelId).execute()
  await replaceTags(recording, modelId, model.tags)
}
