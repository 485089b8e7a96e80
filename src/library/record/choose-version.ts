import { isSiteId } from '../../catalog/local-ids.ts'
import type { EntryFacts } from '../entry-facts.ts'
import { recallDropped } from './dropped-files.ts'
import { takeLocalId } from './local-ids.ts'
import type { Recording } from './recording.ts'

/** The version that an entry belongs to, and the model of that version. */
export interface ChosenVersion {
  modelId: number
  versionId: number
}

/**
 * Which version an entry is: the one whose ids a sidecar names; else that of the same bytes elsewhere, so that a moved
 * or copied file keeps its identity; else the one that these bytes were before they left the library; else the one it
 * was before; else a new one of the hub's own. Undefined when too little is known to make one.
 */
export async function chooseVersion(
  recording: Recording,
  facts: EntryFacts,
  earlierVersionId: number | undefined,
): Promise<ChosenVersion | undefined> {
  const claimed = claimedIds(facts)
  if (claimed) return claimed
  const [main] = facts.files
  const same = main && (await versionOfBytes(recording, main.hashes.sha256, earlierVersionId))
  if (same) return same
  const dropped = main && (await recallDropped(recording, main.hashes.sha256))
  // Two files that were one version come back as one only if something still says so.
  if (dropped && !(await hasEntry(recording, dropped.versionId)))
    return (await versionById(recording, dropped.versionId)) ?? dropped
  const earlier = earlierVersionId === undefined ? undefined : await versionById(recording, earlierVersionId)
  if (earlier) return earlier
  if (!main || !facts.identity) return undefined
  return {
    modelId: await takeLocalId(recording, 'model'),
    versionId: await takeLocalId(recording, 'model_version'),
  }
}

function claimedIds({ identity }: EntryFacts): ChosenVersion | undefined {
  const [modelId, versionId] = [identity?.model.id, identity?.version.id]
  if (modelId === undefined || versionId === undefined || !isSiteId(modelId) || !isSiteId(versionId)) return undefined
  return { modelId, versionId }
}

/** Of several the one it was before, then the earliest published, as a look-up by hash finds it (contract §2). */
const versionOfBytes = ({ transaction }: Recording, sha256: string, earlierVersionId = 0) =>
  transaction
    .selectFrom('model_file')
    .innerJoin('model_version', 'model_version.id', 'model_file.version_id')
    .select(['model_version.id as versionId', 'model_version.model_id as modelId'])
    .where('model_file.sha256', '=', sha256)
    .orderBy((version) => version.case().when('model_version.id', '=', earlierVersionId).then(0).else(1).end())
    .orderBy('model_version.published_at')
    .orderBy('model_version.id')
    .limit(1)
    .executeTakeFirst()

const hasEntry = async ({ transaction }: Recording, versionId: number) =>
  (await transaction
    .selectFrom('library_entry')
    .select('id')
    .where('version_id', '=', versionId)
    .limit(1)
    .executeTakeFirst()) !== undefined

export const versionById = ({ transaction }: Recording, versionId: number) =>
  transaction
    .selectFrom('model_version')
    .select(['id as versionId', 'model_id as modelId'])
    .where('id', '=', versionId)
    .executeTakeFirst()
