import type { PlannedModel, PlannedVersion } from '../cluster/plan-cluster.ts'

/** A version that has to be written, with its id and the one of its model. */
export type SettledVersion = Omit<PlannedVersion, 'id'> & { id: number; modelId: number }

/** A model that has to be written, with its id. */
export type SettledModel = Omit<PlannedModel, 'id' | 'versions'> & { id: number; versions: SettledVersion[] }

/** The version of an entry with its model. */
export interface PlacedVersion {
  versionId: number
  modelId: number
}
