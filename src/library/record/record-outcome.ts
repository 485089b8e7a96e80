import type { PlannedModel, PlannedVersion } from '../cluster/plan-cluster.ts'

/** A version that has to be written, with its id and the one of its model. */
export type RecordedVersion = Omit<PlannedVersion, 'id'> & { id: number; modelId: number }

/** A model that has to be written, with its id. */
export type RecordedModel = Omit<PlannedModel, 'id' | 'versions'> & { id: number; versions: RecordedVersion[] }

/** The version of an entry with its model. */
export interface VersionRef {
  versionId: number
  modelId: number
}
