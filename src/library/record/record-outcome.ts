import type { PlannedModel, PlannedVersion } from '../cluster/plan-cluster.ts'

/** A planned version with its final id and the id of its model. */
export type RecordedVersion = Omit<PlannedVersion, 'id'> & { id: number; modelId: number }

/** A planned model with its final id. */
export type RecordedModel = Omit<PlannedModel, 'id' | 'versions'> & { id: number; versions: RecordedVersion[] }

/** The ids of a version and its model. */
export interface VersionRef {
  versionId: number
  modelId: number
}
