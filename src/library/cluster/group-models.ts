import type { PlacedClaim } from './entry-claim.ts'
import type { VersionGroup } from './group-versions.ts'
import { modelLeaderFirst } from './most-informative.ts'
import { disjointSets } from './union-find.ts'

/** Versions that are one model. */
export interface ModelGroup {
  /** The model id that sidecars name; absent if none does. */
  siteId?: number
  versions: VersionGroup[]
  /** The entry that decides all facts of the model: the leader of one of its versions. */
  leader: PlacedClaim
  name: string
}

/**
 * Groups versions into models.
 *
 * Invariant: every version is in exactly one model, whatever the order of `versions`. Versions are one model if sidecars
 * name the same model id for them, or if they name none and the files are in one directory, have one family name
 * (`fox_v1`, `fox_v2`) and agree in type and base model. The latter join the site's model that a version of the same
 * family names, unless the family names several. See "Which version a file is" in docs/library.md.
 */
export function groupModels(versions: readonly VersionGroup[]): ModelGroup[] {
  const families = agreeingFamilies(versions)
  const sets = disjointSets<VersionGroup>()
  for (const family of families) {
    const [first, ...others] = family.filter(({ site }) => !site)
    for (const other of others) if (first) sets.join(first, other)
  }
  const siteModels = new Map<VersionGroup, Set<number>>()
  for (const family of families) {
    const ids = family.flatMap(({ site }) => site?.modelId ?? [])
    const bare = family.find(({ site }) => !site)
    if (!bare) continue
    const known = siteModels.get(sets.find(bare)) ?? new Set()
    for (const id of ids) known.add(id)
    siteModels.set(sets.find(bare), known)
  }
  const modelIdOf = (version: VersionGroup): number | undefined => {
    if (version.site) return version.site.modelId
    const ids = siteModels.get(sets.find(version))
    return ids?.size === 1 ? ids.values().next().value : undefined
  }
  const models = Map.groupBy(versions, (version) => modelIdOf(version) ?? sets.find(version))
  return nameModels(
    [...models].map(([key, own]) => {
      const leader = own.map((version) => version.leader).toSorted(modelLeaderFirst)[0] as PlacedClaim // none is empty
      return { ...(typeof key === 'number' && { siteId: key }), versions: own, leader, name: leader.name }
    }),
  )
}

/** Returns the sets of versions that can be one model by their file names and agree in type and base model. */
function agreeingFamilies(versions: readonly VersionGroup[]): VersionGroup[][] {
  const places = versions.flatMap((version) =>
    version.entries.map((entry) => ({ version, entry, key: familyKey(entry) })),
  )
  const agreeing = Map.groupBy(places, ({ version: { leader }, key }) =>
    JSON.stringify([key, leader.type, leader.baseModel]),
  )
  return [...agreeing.values()].map((family) => {
    const numbered = new Set(
      family.filter(({ entry }) => entry.family.version !== undefined).map(({ version }) => version),
    )
    const plain = [...new Set(family.map(({ version }) => version))].filter((version) => !numbered.has(version))
    // `fox` next to `fox_v2` is a version of the same model, but `fox` and `Fox` are two models.
    return numbered.size > 0 && plain.length === 1 ? [...numbered, ...plain] : [...numbered]
  })
}

export const familyKey = ({ folderId, path, family }: PlacedClaim): string =>
  `${folderId}/${path.slice(0, path.lastIndexOf('/') + 1)}/${family.name}`

/** Gives models that share a family, but differ in type or base model, names with their version: `fox v1`, `fox v2`. */
function nameModels(models: ModelGroup[]): ModelGroup[] {
  const sharing = new Map<string, Set<ModelGroup>>()
  const familiesOf = ({ versions }: ModelGroup) =>
    new Set(versions.flatMap(({ entries }) => entries.map((entry) => familyKey(entry))))
  for (const model of models)
    for (const family of familiesOf(model)) sharing.set(family, (sharing.get(family) ?? new Set()).add(model))
  return models.map((model) => {
    const isShared = [...familiesOf(model)].some((family) => (sharing.get(family)?.size ?? 0) > 1)
    return isShared ? { ...model, name: distinctName(model) } : model
  })
}

/** Returns `fox v1`, or `fox v1–v3` for a model of several versions. */
function distinctName({ leader, versions }: ModelGroup): string {
  if (leader.fullName === undefined) return leader.name
  const numbers = new Set(versions.flatMap((version) => version.leader.family.version ?? []))
  const [first, last] = [[...numbers].toSorted(byNumber)[0], [...numbers].toSorted(byNumber).at(-1)]
  return first === last ? leader.fullName : `${leader.name} ${first}–${last}`
}

const { compare: byNumber } = new Intl.Collator('en', { numeric: true })
