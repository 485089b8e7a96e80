import type { PlacedClaim } from '../cluster/entry-claim.ts'
import { isActive } from '../cluster/entry-claim.ts'
import { type PlannedModel, planCluster } from '../cluster/plan-cluster.ts'
import { dropAliases } from './aliases.ts'
import { giveSiteIds } from './assign-site-ids.ts'
import { type CatalogState, catalogState } from './cluster-history.ts'
import type { ClusterRow } from './cluster-rows.ts'
import { dropIfEmpty } from './delete-rows.ts'
import { describeFiles, leadersOfFiles } from './describe-files.ts'
import { describeImages, orderImages } from './describe-images.ts'
import { takeLocalIds } from './local-ids.ts'
import { mergeModels } from './merge-models.ts'
import { mergeVersions, moveToModel } from './merge-versions.ts'
import { moveEntries } from './move-entries.ts'
import type { PlacedVersion, SettledModel, SettledVersion } from './record-outcome.ts'
import { isOneOf, type Recording } from './recording.ts'
import type { StoredFacts } from './stored-facts.ts'
import { willChange } from './track-models.ts'
import { ensureModel, putModel } from './upsert-model.ts'
import { ensureVersion, putVersion } from './upsert-version.ts'

/** Entries that changed together, with all that are connected with them. */
export interface ChangedCluster {
  rows: readonly ClusterRow[]
  /** The entries that were read just now. */
  read: ReadonlySet<number>
  /** Versions that an entry was removed from. */
  left: readonly number[]
  /** Writes files and images of the entries that were read, when their versions are known. */
  putContents(versionOf: ReadonlyMap<number, PlacedVersion>): Promise<void>
}

/** Brings the versions and models of a cluster to what its entries say, and writes only what differs. */
export async function settleCluster(recording: Recording, cluster: ChangedCluster): Promise<void> {
  const { rows, left } = cluster
  const state = await catalogState(recording, rows, left)
  const plan = await withIds(recording, planCluster(rows.map(placed).filter(isActive), state.history))
  const changed = changedParts(cluster, state, plan)
  for (const modelId of changed.modelIds) await willChange(recording, modelId)

  await ensureRows(recording, changed, state)
  for (const { id, replaced } of changed.versions) for (const from of replaced) await mergeVersions(recording, from, id)
  for (const { id, modelId } of changed.versions)
    if (modelId !== (state.versions.get(id)?.modelId ?? modelId)) await moveToModel(recording, id, modelId)
  for (const { id, replaced } of changed.models) for (const from of replaced) await mergeModels(recording, from, id)
  await moveEntries(recording, changed.moved)
  await cluster.putContents(placesOf(rows, state, plan))

  const facts = await factsOf(recording, changed)
  for (const { id, group } of changed.versions) {
    const own = facts.get(group.leader.entryId)
    if (own && differs(cluster, group.leader, state.versions.get(id)))
      await putVersion(recording, { versionId: id, leaderId: group.leader.entryId }, own)
  }
  for (const { id, group } of changed.models) {
    const own = facts.get(group.leader.entryId)
    const known = state.models.get(id)
    if (own && (differs(cluster, group.leader, known) || known?.name !== group.name))
      await putModel(recording, { modelId: id, leaderId: group.leader.entryId, name: group.name }, own)
  }
  await describeFiles(recording, changed.versions, facts)
  await describeImages(recording, changed.models, facts)
  await orderImages(recording, changed.versions)
  await giveSiteIds(
    recording,
    plan.flatMap(({ versions }) => versions),
  )
  await dropIfEmpty(recording, { versionIds: changed.abandoned, modelIds: changed.modelIds })
}

const placed = ({ entryId, folderId, path, claim }: ClusterRow): PlacedClaim => ({ ...claim, entryId, folderId, path })

/** Gives new local ids to whatever has none. */
async function withIds(recording: Recording, plan: readonly PlannedModel[]): Promise<SettledModel[]> {
  const newModels = plan.filter(({ id }) => id === undefined).length
  const newVersions = plan.flatMap(({ versions }) => versions).filter(({ id }) => id === undefined).length
  const modelIds = (await takeLocalIds(recording, 'model', newModels)).values()
  const versionIds = (await takeLocalIds(recording, 'model_version', newVersions)).values()
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

/** Whether a row has to show the facts of another leader, or new facts of the same one. */
const differs = (
  { read }: ChangedCluster,
  { entryId }: PlacedClaim,
  row: { leaderId: number | null } | undefined,
): boolean => row?.leaderId !== entryId || read.has(entryId)

function changedParts(cluster: ChangedCluster, state: CatalogState, plan: readonly SettledModel[]) {
  const { rows, read } = cluster
  const before = state.history.versionOf
  const left = new Set(cluster.left)
  const isChanged = ({ id, modelId, replaced, group }: SettledVersion) => {
    const row = state.versions.get(id)
    return (
      left.has(id) ||
      replaced.length > 0 ||
      row?.modelId !== modelId ||
      row.leaderId !== group.leader.entryId ||
      group.entries.some(({ entryId }) => read.has(entryId) || before.get(entryId) !== id)
    )
  }
  const all = plan.flatMap(({ versions }) => versions)
  const moved = all.flatMap(({ id, modelId, group }) =>
    group.entries.flatMap(({ entryId }) => (before.get(entryId) === id ? [] : [{ entryId, versionId: id, modelId }])),
  )
  const kept = new Set(all.flatMap(({ id, replaced }) => [id, ...replaced]))
  const moving = new Set(moved.map(({ entryId }) => entryId))
  const leaving = rows.flatMap(({ entryId, versionId }) => (moving.has(entryId) && versionId !== 0 ? [versionId] : []))
  const versions = all.filter(isChanged)
  const isLost = (id: number) => versions.some((version) => version.id === id)
  for (const id of leaving) left.add(id)
  const grown = all.filter((version) => left.has(version.id) && !isLost(version.id))
  const changedVersions = [...versions, ...grown]
  const changedIds = new Set(changedVersions.map(({ id }) => id))
  const models = plan.filter(
    ({ id, group, replaced, versions: own }) =>
      replaced.length > 0 ||
      own.some((version) => changedIds.has(version.id)) ||
      differs(cluster, group.leader, state.models.get(id)) ||
      state.models.get(id)?.name !== group.name,
  )
  // An entry that cannot be used, or that was removed, changes the version that it stays with or leaves.
  const passive = rows.flatMap(({ entryId, versionId }) => (read.has(entryId) && versionId !== 0 ? [versionId] : []))
  const touched = [...left, ...passive, ...changedVersions.flatMap(({ id, replaced }) => [id, ...replaced])]
  const modelIds = new Set([
    ...models.flatMap(({ id, replaced }) => [id, ...replaced]),
    ...touched.flatMap((id) => state.versions.get(id)?.modelId ?? []),
  ])
  return {
    versions: changedVersions,
    models,
    modelIds: [...modelIds],
    moved,
    abandoned: [...left].filter((id) => !kept.has(id)),
  }
}

type ChangedParts = ReturnType<typeof changedParts>

async function ensureRows(recording: Recording, { versions, models }: ChangedParts, state: CatalogState) {
  const newModels = models.filter(({ id }) => !state.models.has(id))
  const newVersions = versions.filter(({ id }) => !state.versions.has(id))
  for (const { id } of newModels) await ensureModel(recording, id)
  for (const { id, modelId } of newVersions) await ensureVersion(recording, { versionId: id, modelId })
  await dropAliases(
    recording,
    'model',
    newModels.map(({ id }) => id),
  )
  await dropAliases(
    recording,
    'model_version',
    newVersions.map(({ id }) => id),
  )
}

/** The versions of the entries of a cluster, those included that take no part in decisions. */
function placesOf(rows: readonly ClusterRow[], state: CatalogState, plan: readonly SettledModel[]) {
  const places = new Map<number, PlacedVersion>()
  const becomes = new Map<number, PlacedVersion>()
  const modelBecomes = new Map<number, number>()
  for (const { id: modelId, replaced: oldModels, versions } of plan) {
    for (const old of oldModels) modelBecomes.set(old, modelId)
    for (const { id: versionId, group, replaced } of versions) {
      for (const old of [versionId, ...replaced]) becomes.set(old, { versionId, modelId })
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

/** The stored facts of every entry that leads a changed version, a changed model, or a file of one. */
async function factsOf(recording: Recording, { versions, models }: ChangedParts): Promise<Map<number, StoredFacts>> {
  const leaders = new Set([
    ...models.map(({ group }) => group.leader.entryId),
    ...versions
      .flatMap(({ group: { leader, entries } }) => [leader, ...leadersOfFiles(entries).values()])
      .map(({ entryId }) => entryId),
  ])
  const stored = await recording.transaction
    .selectFrom('library_entry')
    .select(['id', 'facts'])
    .where((row) => isOneOf(recording, row.ref('id'), [...leaders]))
    .execute()
  return new Map(stored.flatMap(({ id, facts }) => (facts === null ? [] : [[id, JSON.parse(facts) as StoredFacts]])))
}
