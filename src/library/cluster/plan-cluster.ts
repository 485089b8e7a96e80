import { assignIds, type CandidateRow, type IdAssignment } from './assign-ids.ts'
import type { PlacedClaim } from './entry-claim.ts'
import { groupModels, type ModelGroup } from './group-models.ts'
import { groupVersions, type VersionGroup } from './group-versions.ts'
import { mostInformativeFirst } from './most-informative.ts'

/** The catalog's state of a cluster before a change. It decides ids, and nothing else. */
export interface ClusterHistory {
  /** By entry id. Entries without a version are absent. */
  versionOfEntry: ReadonlyMap<number, number>
  /** By the id of a version that has a row. */
  modelOfVersion: ReadonlyMap<number, number>
  /** By SHA-256: the versions that have a file with it. */
  versionsByHash: ReadonlyMap<string, readonly number[]>
  /** By SHA-256: the versions without entries that have a file with it. */
  abandoned: ReadonlyMap<string, readonly AbandonedVersion[]>
  /** By SHA-256: the ids that a file had when it left the library. `modelId` is absent if another row has it now. */
  returned: ReadonlyMap<string, { versionId: number; modelId?: number }>
  /** Versions and models with entries that are not read yet, such as after an upgrade. */
  unreadVersions: ReadonlySet<number>
  unreadModels: ReadonlySet<number>
  /** Models that also have entries outside the cluster. They keep their rows, so no group of the cluster continues them. */
  modelsOutsideCluster: ReadonlySet<number>
}

/** A version that has files but no entries any more: its files may be found at another place in the same scan. */
export interface AbandonedVersion {
  id: number
  /** SHA-256 of each of its files. */
  files: readonly string[]
}

/** A version as the catalog should have it. */
export interface PlannedVersion extends IdAssignment {
  group: VersionGroup
}

export interface PlannedModel extends IdAssignment {
  group: ModelGroup
  versions: PlannedVersion[]
}

/**
 * Decides the versions and models of all entries of a cluster, and their ids. A pure function.
 *
 * Invariant: `entries` decide the groups and the facts that are shown, in whatever order they were read; `history` decides
 * only which ids continue. `entries` must be the whole cluster: every entry that has a hash, a site id or a family in
 * common with another (see `clusterKeys`). See "Which version a file is" in docs/library.md.
 */
export function planCluster(entries: readonly PlacedClaim[], history: ClusterHistory): PlannedModel[] {
  const groups = groupVersions(entries).toSorted((one, other) => mostInformativeFirst(one.leader, other.leader))
  const claims = groups.map((group) => ({
    ...(group.site && { siteId: group.site.versionId }),
    candidates: versionCandidates(group, history),
  }))
  const ids = assignIds(claims, history.unreadVersions)
  const versions = new Map(
    groups.map((group, index): [VersionGroup, PlannedVersion] => [group, { group, ...(ids[index] as IdAssignment) }]), // one each
  )
  const models = groupModels(groups)
  const planned = models.map((model) => model.versions.flatMap((group) => versions.get(group) ?? []))
  const modelIds = assignIds(
    models.map(({ siteId }, index) => ({
      ...(siteId !== undefined && { siteId }),
      candidates: (planned[index] ?? []).flatMap((version) => modelCandidates(version, history)),
    })),
    history.unreadModels,
  )
  return models.map((group, index) => ({
    group,
    versions: planned[index] ?? [],
    ...(modelIds[index] as IdAssignment), // one each
  }))
}

function versionCandidates({ entries }: VersionGroup, history: ClusterHistory): CandidateRow[] {
  const has = (id: number, hash: string | undefined) =>
    hash === undefined || (history.versionsByHash.get(hash)?.includes(id) ?? false)
  const mains = new Set(entries.flatMap(({ files }) => files.slice(0, 1)))
  const candidates = new Map<string, CandidateRow>()
  const add = (candidate: CandidateRow) => candidates.set(`${candidate.evidence} ${candidate.id}`, candidate)
  for (const { entryId, files } of entries) {
    const id = history.versionOfEntry.get(entryId)
    if (id !== undefined && history.modelOfVersion.has(id)) add({ id, evidence: has(id, files[0]) ? 'member' : 'path' })
  }
  for (const hash of mains) for (const id of history.versionsByHash.get(hash) ?? []) add({ id, evidence: 'bytes' })
  // Shards and components that were separate versions until they became parts of one version.
  const parts = new Set(entries.flatMap((entry) => entry.files.slice(0, entry.parts)))
  for (const hash of parts)
    for (const { id, files } of history.abandoned.get(hash) ?? [])
      if (files.every((file) => parts.has(file))) add({ id, evidence: 'bytes' })
  for (const { versionId } of returnedOf(entries, history)) add({ id: versionId, evidence: 'returned' })
  return [...candidates.values()]
}

/** Returns the models whose versions continue in this version: a model continues where the bytes of its versions do. */
function modelCandidates({ group, id, mergedIds }: PlannedVersion, history: ClusterHistory): CandidateRow[] {
  const certain = versionCandidates(group, history).filter(({ evidence }) => evidence !== 'path')
  const isCertain = (versionId: number) => certain.some((candidate) => candidate.id === versionId)
  const own = [...(id === undefined ? [] : [id]), ...mergedIds]
  const continued = own.flatMap((versionId): CandidateRow[] => {
    const modelId = history.modelOfVersion.get(versionId)
    return modelId === undefined ? [] : [{ id: modelId, evidence: isCertain(versionId) ? 'member' : 'path' }]
  })
  const returned = returnedOf(group.entries, history).flatMap(({ versionId, modelId }): CandidateRow[] =>
    modelId === undefined || !own.includes(versionId) ? [] : [{ id: modelId, evidence: 'returned' }],
  )
  return [...continued, ...returned].filter((candidate) => !history.modelsOutsideCluster.has(candidate.id))
}

const returnedOf = (entries: readonly PlacedClaim[], { returned }: ClusterHistory) =>
  entries.flatMap(({ files: [main] }) => returned.get(main ?? '') ?? [])
