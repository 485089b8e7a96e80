import { imagesTag, modelsTag, modelTag } from '../../catalog/cache-tags.ts'
import { listingFingerprint } from './listing-fingerprint.ts'
import { readContribution, updateModelCounts } from './model-contribution.ts'
import type { Recording } from './recording.ts'
import { updateDerivedFields } from './update-derived-fields.ts'

/** Notes that a model is about to change. What is derived from it follows at the end of the transaction, once for all. */
export async function trackModel(recording: Recording, modelId: number): Promise<void> {
  const { trackedModels } = recording
  if (trackedModels.has(modelId)) return
  const [contribution, listing] = [
    await readContribution(recording, modelId),
    await listingFingerprint(recording, modelId),
  ]
  trackedModels.set(modelId, { contribution, listing })
}

/** Brings up to date whatever is derived from the models that changed, and notes which public answers that concerns. */
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
