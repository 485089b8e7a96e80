import type { PlacedClaim } from '../cluster/entry-claim.ts'
import { isActive } from '../cluster/entry-claim.ts'
import { type PlannedModel, planCluster } from '../cluster/plan-cluster.ts'
import { deleteAliases } from './aliases.ts'
import { assignSiteIds } from './assign-site-ids.ts'
import { type CatalogState, readCatalogState } from './cluster-history.ts'
import type { ClusterRow } from './cluster-rows.ts'
import { deleteIfEmpty } from './delete-rows.ts'
import { leadersByFile, updateFileDescriptions } from './describe-files.ts'
import { updateImageFlags, updateImageOrder } from './describe-images.ts'
import { allocateLocalIds } from './local-ids.ts'
import { mergeModels } from './merge-models.ts'
import { mergeVersions, moveVersionToModel } from './merge-versions.ts'
import { moveEntries } from './move-entries.ts'
import type { RecordedModel, RecordedVersion, VersionRef } from './record-outcome.ts'
import { isOneOf, type Recording } from './recording.ts'
import type { StoredFacts } from './stored-facts.ts'
import { trackModel } from './track-models.ts'
import { ensureModel, updateModel } from './upsert-model.ts'
import { ensureVersion, updateVersion } from './upsert-version.ts'

/** A cluster of entries, some of which changed. */
export interface ChangedCluster {
  rows: readonly ClusterRow[]
  /** Entries that were read since they were last recorded. */
  readEntryIds: ReadonlySet<number>
  /** Versions of entries that were removed. */
  leftVersionIds: readonly number[]
  /** Writes the files and images of the read entries once their versions are known. */
  upsertContents(versionOf: ReadonlyMap<number, VersionRef>): Promise<void>
}

/**
 * Makes the versions and models of a cluster agree with its entries.
 *
 * Invariant: afterwards the rows of the cluster are those that `planCluster` decides, whatever they were before. Only rows
 * that differ are written, so recording the same entries again changes nothing. The order of the steps matters: rows exist
 * before others are merged into them, entries move before their files are written, facts are written before images and
 * files are described, and rows are deleted last, when nothing refers to them any more.
 */
export async function recordCluster(recording: Recording, cluster: ChangedCluster): Promise<void> {
  const { rows, leftVersionIds } = cluster
  const state = await readCatalogState(recording, rows, leftVersionIds)
  const plan = await allocateIds(recording, planCluster(rows.map(toPlacedClaim).filter(isActive), state.history))
  const changed = findChanges(cluster, state, plan)
  for (const modelId of changed.modelIds) await trackModel(recording, modelId)

  await ensureRows(recording, changed, state)
  for (const { id, mergedIds } of changed.versions)
    for (const from of mergedIds) await mergeVersions(recording, from, id)
  for (const { id, modelId } of changed.versions)
    if (modelId !== (state.versions.get(id)?.modelId ?? modelId)) await moveVersionToModel(recording, id, modelId)
  for (const { id, mergedIds } of changed.models) for (const from of mergedIds) await mergeModels(recording, from, id)
  await moveEntries(recording, changed.moved)
  await cluster.upsertContents(versionsByEntry(rows, state, plan))

  const facts = await readLeaderFacts(recording, changed)
  for (const { id, group } of changed.versions) {
    const own = facts.get(group.leader.entryId)
    if (own && mustRewrite(cluster, group.leader, state.versions.get(id)))
      await updateVersion(recording, { versionId: id, leaderId: group.leader.entryId }, own)
  }
  for (const { id, group } of changed.models) {
    const own = facts.get(group.leader.entryId)
    const known = state.models.get(id)
    if (own && (mustRewrite(cluster, group.leader, known) || known?.name !== group.name))
      await updateModel(recording, { modelId: id, leaderId: group.leader.entryId, name: group.name }, own)
  }
  await updateFileDescriptions(recording, changed.versions, facts)
  await updateImageFlags(recording, changed.models, facts)
  await updateImageOrder(recording, changed.versions)
  await assignSiteIds(
    recording,
    plan.flatMap(({ versions }) => versions),
  )
  await deleteIfEmpty(recording, { versionIds: changed.abandoned, modelIds: changed.modelIds })
}

const toPlacedClaim = ({ entryId, folderId, path, claim }: ClusterRow): PlacedClaim => ({
  ...claim,
  entryId,
  folderId,
  path,
})

/** Allocates local ids for the planned rows that continue no existing row. */
async function allocateIds(recording: Recording, plan: readonly PlannedModel[]): Promise<RecordedModel[]> {
  const newModels = plan.filter(({ id }) => id === undefined).length
  const newVersions = plan.flatMap(({ versions }) => versions).filter(({ id }) => id === undefined).length
  const modelIds = (await allocateLocalIds(recording, 'model', newModels)).values()
  const versionIds = (await allocateLocalIds(recording, 'model_version', newVersions)).values()
  return plan.map((model) => {
    const id = model.id ?? (modelIds.next().value as number) // as many as were counted
    const versions = model.versions.map((version) => ({
      ...version,
      id: version.id ?? (versionIds.next().value as number), // as many as were counted
      modelId: id,
    }))
    return { ...model, id, versions }
  })
}

/** Whether a row must be rewritten: it has another leader, or its leader was read again. */
const mustRewrite = (
  { readEntryIds }: ChangedCluster,
  { entryId }: PlacedClaim,
  row: { leaderId: number | null } | undefined,
): boolean => row?.leaderId !== entryId || readEntryIds.has(entryId)

/** Compares the plan with the catalog. Returns the parts that differ, and the models whose derived fields may change. */
function findChanges(cluster: ChangedCluster, state: CatalogState, plan: readonly RecordedModel[]) {
  const { rows, readEntryIds } = cluster
  const before = state.history.versionOfEntry
  const left = new Set(cluster.leftVersionIds)
  const isChanged = ({ id, modelId, mergedIds, group }: RecordedVersion) => {
    const row = state.versions.get(id)
    return (
      left.has(id) ||
      mergedIds.length > 0 ||
      row?.modelId !== modelId ||
      row.leaderId !== group.leader.entryId ||
      group.entries.some(({ entryId }) => readEntryIds.has(entryId) || before.get(entryId) !== id)
    )
  }
  const all = plan.flatMap(({ versions }) => versions)
  const moved = all.flatMap(({ id, modelId, group }) =>
    group.entries.flatMap(({ entryId }) => (before.get(entryId) === id ? [] : [{ entryId, versionId: id, modelId }])),
  )
  const planned = new Set(all.flatMap(({ id, mergedIds }) => [id, ...mergedIds]))
  const moving = new Set(moved.map(({ entryId }) => entryId))
  const leaving = rows.flatMap(({ entryId, versionId }) => (moving.has(entryId) && versionId !== 0 ? [versionId] : []))
  const versions = all.filter(isChanged)
  for (const id of leaving) left.add(id)
  const shrunk = all.filter((version) => left.has(version.id) && !versions.some(({ id }) => id === version.id))
  const changedVersions = [...versions, ...shrunk]
  const changedIds = new Set(changedVersions.map(({ id }) => id))
  const models = plan.filter(
    ({ id, group, mergedIds, versions: own }) =>
      mergedIds.length > 0 ||
      own.some((version) => changedIds.has(version.id)) ||
      mustRewrite(cluster, group.leader, state.models.get(id)) ||
      state.models.get(id)?.name !== group.name,
  )
  // Inactive entries are not in the plan, but they change the version they belong to.
  const inactive = rows.flatMap(({ entryId, versionId }) =>
    readEntryIds.has(entryId) && versionId !== 0 ? [versionId] : [],
  )
  const touched = [...left, ...inactive, ...changedVersions.flatMap(({ id, mergedIds }) => [id, ...mergedIds])]
  const modelIds = new Set([
    ...models.flatMap(({ id, mergedIds }) => [id, ...mergedIds]),
    ...touched.flatMap((id) => state.versions.get(id)?.modelId ?? []),
  ])
  return {
    versions: changedVersions,
    models,
    modelIds: [...modelIds],
    moved,
    abandoned: [...left].filter((id) => !planned.has(id)),
  }
}

type ClusterChanges = ReturnType<typeof findChanges>

async function ensureRows(recording: Recording, { versions, models }: ClusterChanges, state: CatalogState) {
  const newModels = models.filter(({ id }) => !state.models.has(id))
  const newVersions = versions.filter(({ id }) => !state.versions.has(id))
  for (const { id } of newModels) await ensureModel(recording, id)
  for (const { id, modelId } of newVersions) await ensureVersion(recording, { versionId: id, modelId })
  await deleteAliases(
    recording,
    'model',
    newModels.map(({ id }) => id),
  )
  await deleteAliases(
    recording,
    'model_version',
    newVersions.map(({ id }) => id),
  )
}

/** Returns the version of each entry of a cluster. Inactive entries follow the version they had. */
function versionsByEntry(rows: readonly ClusterRow[], state: CatalogState, plan: readonly RecordedModel[]) {
  const places = new Map<number, VersionRef>()
  const becomes = new Map<number, VersionRef>()
  const modelBecomes = new Map<number, number>()
  for (const { id: modelId, mergedIds: oldModels, versions } of plan) {
    for (const old of oldModels) modelBecomes.set(old, modelId)
    for (const { id: versionId, group, mergedIds } of versions) {
      for (const old of [versionId, ...mergedIds]) becomes.set(old, { versionId, modelId })
      for (const { entryId } of group.entries) places.set(entryId, { versionId, modelId })
    }
  }
  for (const { entryId, versionId } of rows) {
    const row = state.versions.get(versionId)
    const stays = row && { versionId, modelId: modelBecomes.get(row.modelId) ?? row.modelId }
    const place = becomes.get(versionId) ?? stays
    if (!places.has(entryId) && place) places.set(entryId, place)
  }
  return places
}

/** Reads the stored facts of each entry that leads a changed version or model, or a file of one. */
async function readLeaderFacts(
  recording: Recording,
  { versions, models }: ClusterChanges,
): Promise<Map<number, StoredFacts>> {
  const leaders = new Set([
    ...models.map(({ group }) => group.leader.entryId),
    ...versions
      .flatMap(({ group: { leader, entries } }) => [leader, ...leadersByFile(entries).values()])
      .map(({ entryId }) => entryId),
  ])
  const stored = await recording.transaction
    .selectFrom('library_entry')
    .select(['id', 'facts'])
    .where((row) => isOneOf(recording, row.ref('id'), [...leaders]))
    .execute()
  return new Map(stored.flatMap(({ id, facts }) => (facts === null ? [] : [[id, JSON.parse(facts) as StoredFacts]])))
}
