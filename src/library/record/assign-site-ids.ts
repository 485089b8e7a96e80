import type { PlacedClaim } from '../cluster/entry-claim.ts'
import { mostInformativeFirst } from '../cluster/most-informative.ts'
import { addAlias, deleteAliases, repointAliases } from './aliases.ts'
import { allocateLocalId } from './local-ids.ts'
import type { RecordedVersion } from './record-outcome.ts'
import { isOneOf, type Recording } from './recording.ts'
import { trackModel } from './track-models.ts'

/** A file or an image for which a sidecar names a site id. */
interface SiteIdClaim {
  id: number
  /** Identifies the row without its id: version and SHA-256 of a file, entry and path of an image. */
  key: string
  entry: PlacedClaim
}

/** A row that gets another id: its site id, or a local one because another row takes its id. */
interface NumberedRow {
  id: number
  key: string
  modelId: number | null
}

/**
 * Gives files and images the site ids that sidecars name for them. `versions` must be all versions of a cluster.
 *
 * Invariant: if sidecars name one id for several rows, the row of the most informative entry has it, whichever was recorded
 * first. A row that loses its id gets a local one. Earlier ids resolve to the new ones (`id_alias`).
 */
export async function assignSiteIds(recording: Recording, versions: readonly RecordedVersion[]): Promise<void> {
  const files = pickWinners(versions.flatMap(claimedFiles))
  if (files.size > 0) await renumberRows(recording, 'model_file', files, await fileRows(recording, files))
  const images = pickWinners(versions.flatMap(({ group }) => group.entries.flatMap(claimedImages)))
  if (images.size > 0) await renumberRows(recording, 'image', images, await imageRows(recording, images))
}

/** Returns the ids that sidecars name for the files of a version: for each file, that of the most informative entry. */
function claimedFiles({ id: versionId, group }: RecordedVersion): SiteIdClaim[] {
  const claimants = new Map<string, SiteIdClaim>()
  for (const entry of group.entries)
    for (const [sha256, id] of Object.entries(entry.siteFiles ?? {}))
      if (!claimants.has(sha256)) claimants.set(sha256, { id, key: fileKey(versionId, sha256), entry })
  return [...claimants.values()]
}

const claimedImages = (entry: PlacedClaim): SiteIdClaim[] =>
  (entry.siteImages ?? []).map(({ id, path, owned }) => ({ id, key: imageKey(entry.entryId, path, owned), entry }))

const fileKey = (versionId: number, sha256: string) => `${versionId} ${sha256}`
const imageKey = (entryId: number | null, path: string, owned: boolean) => `${entryId} ${owned} ${path}`

/** Returns, by id, the claim that wins it. */
function pickWinners(claimants: readonly SiteIdClaim[]): Map<number, SiteIdClaim> {
  const winners = new Map<number, SiteIdClaim>()
  for (const claimant of claimants) {
    const known = winners.get(claimant.id)
    if (!known || mostInformativeFirst(claimant.entry, known.entry) < 0) winners.set(claimant.id, claimant)
  }
  return winners
}

/** Returns the files that have these ids or claim them. Served by the primary key and the index `model_file_sha256`. */
async function fileRows(recording: Recording, winners: ReadonlyMap<number, SiteIdClaim>): Promise<NumberedRow[]> {
  const hashes = [...winners.values()].map(({ key }) => key.slice(key.indexOf(' ') + 1))
  const rows = await recording.transaction
    .selectFrom('model_file')
    .innerJoin('model_version', 'model_version.id', 'model_file.version_id')
    .select(['model_file.id', 'version_id', 'sha256', 'model_id'])
    .where(({ or, ref }) =>
      or([
        isOneOf(recording, ref('model_file.id'), [...winners.keys()]),
        isOneOf(recording, ref('model_file.sha256'), hashes),
      ]),
    )
    .execute()
  return rows.map(({ id, version_id, sha256, model_id }) => ({
    id,
    key: fileKey(version_id, sha256),
    modelId: model_id,
  }))
}

/** Returns the images that have these ids or claim them. Served by the primary key and the index `image_entry`. */
async function imageRows(recording: Recording, winners: ReadonlyMap<number, SiteIdClaim>): Promise<NumberedRow[]> {
  const entryIds = [...new Set([...winners.values()].map(({ entry }) => entry.entryId))]
  const rows = await recording.transaction
    .selectFrom('image')
    .select(['id', 'entry_id', 'path', 'folder_id', 'model_id'])
    .where(({ or, ref }) =>
      or([
        isOneOf(recording, ref('image.id'), [...winners.keys()]),
        isOneOf(recording, ref('image.entry_id'), entryIds),
      ]),
    )
    .execute()
  return rows.map(({ id, entry_id, path, folder_id, model_id }) => ({
    id,
    key: imageKey(entry_id, path, folder_id === null),
    modelId: model_id,
  }))
}

async function renumberRows(
  recording: Recording,
  table: 'model_file' | 'image',
  winners: ReadonlyMap<number, SiteIdClaim>,
  rows: readonly NumberedRow[],
): Promise<void> {
  const byKey = new Map(rows.map((row) => [row.key, row]))
  const byId = new Map(rows.map((row) => [row.id, row]))
  const moving = [...winners].flatMap(([id, { key }]) => {
    const row = byKey.get(key)
    return row && row.id !== id ? [{ id, row }] : []
  })
  const holders = moving.flatMap(({ id }) => byId.get(id) ?? [])
  for (const { modelId } of [...moving.map(({ row }) => row), ...holders])
    if (modelId !== null) await trackModel(recording, modelId)
  for (const holder of holders) {
    const localId = await allocateLocalId(recording, table)
    await renumber(recording, table, holder.id, localId)
    await repointAliases(recording, table, holder.id, localId)
    holder.id = localId
  }
  for (const { id, row } of moving) {
    await renumber(recording, table, row.id, id)
    await deleteAliases(recording, table, [id])
    await addAlias(recording, table, row.id, id)
  }
}

/** Changes the id of a row and every reference to it. */
async function renumber(
  { transaction }: Recording,
  table: 'model_file' | 'image',
  from: number,
  to: number,
): Promise<void> {
  if (table === 'model_file') {
    await transaction.updateTable('model_file').set({ id: to }).where('id', '=', from).execute()
    for (const place of ['file_hash', 'file_place', 'lost_file'] as const)
      await transaction.updateTable(place).set({ file_id: to }).where('file_id', '=', from).execute()
    return
  }
  await transaction.updateTable('image').set({ id: to }).where('id', '=', from).execute()
  for (const link of ['image_hash', 'image_version'] as const)
    await transaction.updateTable(link).set({ image_id: to }).where('image_id', '=', from).execute()
  for (const column of ['video_id', 'still_id'] as const)
    await transaction
      .updateTable('video_still')
      .set({ [column]: to })
      .where(column, '=', from)
      .execute()
  for (const cover of ['collection', 'vault_item'] as const)
    await transaction.updateTable(cover).set({ cover_image_id: to }).where('cover_image_id', '=', from).execute()
}
