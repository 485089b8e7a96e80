import { z } from 'zod'

/** A base model that a source names, and that the tensors of the file exclude. */
const setAsideName = z.object({
  baseModel: z.string(),
  source: z.string(),
  where: z.string().optional(),
  tensors: z.string(),
  isTaken: z.boolean(),
})
export type OverriddenBaseModel = z.infer<typeof setAsideName>

/** Where the base model of a version was read, and the names that were set aside. */
export interface BaseModelSources {
  modelId: number
  baseModel: string
  /** `default` when no source names one. */
  source: string
  setAside: OverriddenBaseModel[]
}

const provenance = z.object({
  baseModel: z.string().catch('default'),
  setAside: z.array(setAsideName).catch([]),
})

/** Reads the stored provenance of a version; rows that were stored without it have no names set aside. */
export function readBaseModelSources(row: {
  model_id: number
  base_model: string
  provenance: string
}): BaseModelSources {
  const { baseModel: source, setAside } = provenance.parse(JSON.parse(row.provenance))
  return { modelId: row.model_id, baseModel: row.base_model, source, setAside }
}
