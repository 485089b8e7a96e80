import type { Recording } from './recording.ts'
import { refreshModel } from './refresh-model.ts'
import { moveCounts, tallyOf } from './tally.ts'

/** Notes that a model is about to change. What is derived from it follows at the end of the transaction, once for all. */
export async function willChange(recording: Recording, modelId: number): Promise<void> {
  const { changingModels } = recording
  if (!changingModels.has(modelId)) changingModels.set(modelId, await tallyOf(recording, modelId))
}

/** Brings up to date whatever is derived from the models that changed. */
export async function settleModels(recording: Recording): Promise<void> {
  for (const [modelId, before] of recording.changingModels) {
    await refreshModel(recording, modelId)
    await moveCounts(recording, before, await tallyOf(recording, modelId))
  }
  recording.changingModels.clear()
}
