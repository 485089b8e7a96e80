import { imagesTag, modelsTag, modelTag } from '../../catalog/cache-tags.ts'
import { listingFingerprint } from './listing-fingerprint.ts'
import { readContribution, updateModelCounts } from './model-contribution.ts'
import type { Recording } from './recording.ts'
import { updateDerivedFields } from './update-derived-fields.ts'

/**
 * Saves the state of a model before its first change in this transaction. Every step that changes a model, its versions,
 * files, images or tags must call it first: `flushDerivedData` then updates derived data once, before the commit.
 */
export async function trackModel(recording: Recording, modelId: number): Promise<void> {
  const { trackedModels } = recording
  if (trackedModels.has(modelId)) return
  const [contribution, listing] = [
    await readContribution(recording, modelId),
    await listingFingerprint(recording, modelId),
  ]
  trackedModels.set(modelId, { contribution, listing })
}

/** Updates the data derived from the tracked models, and collects the cache tags of the responses that change. */
export async function flushDerivedData(recording: Recording): Promise<void> {
  const { trackedModels, invalidatedTags } = recording
  for (const [modelId, before] of trackedModels) {
    await updateDerivedFields(recording, modelId)
    await updateModelCounts(recording, before.contribution, await readContribution(recording, modelId))
    invalidatedTags.add(modelTag(modelId)).add(imagesTag)
    if (before.listing !== (await listingFingerprint(recording, modelId))) invalidatedTags.add(modelsTag)
  }
  trackedModels.clear()
}
