import { refinesBaseModel } from '../../catalog/base-model-families.ts'
import type { FactSource, SetAsideName } from '../entries/identity.ts'
import type { TensorFamily } from './tensor-evidence.ts'

/** A source that names the base model of a file. */
export interface BaseModelStatement {
  baseModel: string
  source: FactSource
  /** What the source calls the statement, for a person: `ss_base_model_version`, or the name of a folder. */
  where?: string
  /** Whether the source's words know no more than the family: `SDXL` may mean Pony. */
  isCoarse: boolean
  /** Whether the source names the file's own SHA-256. */
  isOwn: boolean
}

/** The base model of a file, with the names that were set aside. */
export interface ChosenBaseModel {
  baseModel: string
  source: FactSource
  setAside: SetAsideName[]
}

/**
 * Chooses the base model of a file. A source that names the file's own SHA-256 wins. Otherwise the tensors veto what they
 * exclude; of the other names the most trusted stands, unless it is coarse and a more specific name of the same family
 * refines it.
 * @param statements most trusted first; `Other` and unknown names are no statements
 * @param proven what the tensors prove; `undefined` when they prove nothing
 */
export function chooseBaseModel(
  statements: readonly BaseModelStatement[],
  proven: TensorFamily | undefined,
): ChosenBaseModel {
  const spoken = statements.filter(({ baseModel }) => baseModel !== 'Other')
  const isPossible = ({ baseModel }: BaseModelStatement) => proven === undefined || proven.allows.includes(baseModel)
  const tensors = proven?.baseModel ?? 'unknown'
  const own = spoken.find(({ isOwn }) => isOwn)
  const setAside = spoken.flatMap((statement): SetAsideName[] => {
    const { baseModel, source, where } = statement
    if (isPossible(statement)) return []
    return [{ baseModel, source, ...(where && { where }), tensors, isTaken: statement === own }]
  })
  if (own) return { baseModel: own.baseModel, source: own.source, setAside }
  const possible = spoken.filter(isPossible)
  const byTensors: BaseModelStatement[] = proven?.baseModel
    ? [{ baseModel: proven.baseModel, source: 'header', isCoarse: true, isOwn: false }]
    : []
  // Tensors know the family for sure and the member rarely: they speak after those that state one.
  const firstHint = possible.findIndex(({ source }) => source === 'folder' || source === 'name')
  const split = firstHint < 0 ? possible.length : firstHint
  const [first, ...rest] = [...possible.slice(0, split), ...byTensors, ...possible.slice(split)]
  if (!first) return { baseModel: 'Other', source: 'default', setAside }
  let best = first
  if (first.isCoarse) for (const next of rest) if (refinesBaseModel(next.baseModel, best.baseModel)) best = next
  return { baseModel: best.baseModel, source: best.source, setAside }
}
