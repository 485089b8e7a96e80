import { imagesTag, modelsTag, modelTag } from '../../catalog/cache-tags.ts'
import { listingFacts } from './listing-facts.ts'
import { moveCounts, tallyOf } from './model-contribution.ts'
import type { Recording } from './recording.ts'
import { refreshModel } from './update-derived-fields.ts'

/** Notes that a model is about to change. What is derived from it follows at the end of the transaction, once for all. */
export async function willChange(recording: Recording, modelId: number): Promise<void> {
  const { changingModels } = recording
  if (changingModels.has(modelId)) return
  const [tally, listing] = [await tallyOf(recording, modelId), await listingFacts(recording, modelId)]
  changingModels.set(modelId, { tally, listing })
}

/** Brings up to date whatever is derived from the models that changed, and notes which public answers that concerns. */
export async function settleModels(recording: Recording): Promise<void> {
  const { changingModels, concerned } = recording
  for (const [modelId, before] of changingModels) {
    await refreshModel(recording, modelId)
    await moveCounts(recording, before.tally, await tallyOf(recording, modelId))
    concerned.add(modelTag(modelId)).add(imagesTag)
    if (before.listing !== (await listingFacts(recording, modelId))) concerned.add(modelsTag)
  }
  changingModels.clear()
}
