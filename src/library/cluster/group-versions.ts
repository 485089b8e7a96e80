import type { PlacedClaim } from './entry-claim.ts'
import { mostInformativeFirst } from './most-informative.ts'
import { disjointSets } from './union-find.ts'

/** Entries that are one version. */
export interface VersionGroup {
  /** The site ids that sidecars name; absent if none does. */
  site?: { modelId: number; versionId: number }
  /** The most informative entry, which decides all facts of the version. */
  leader: PlacedClaim
  /** All entries, the most informative first. */
  entries: PlacedClaim[]
}

/**
 * Groups entries into versions.
 *
 * Invariant: every entry is in exactly one version, whatever the order of `entries`. The three rules of "Which version a
 * file is" in docs/library.md apply in this order:
 * 1. Entries whose sidecars name the same version id are that version.
 * 2. An entry without ids joins the version that has its main file; of several, the earliest published.
 * 3. Other entries with the same main file are one version: a copy is a second place of one file.
 */
export function groupVersions(entries: readonly PlacedClaim[]): VersionGroup[] {
  const claimed = entries.filter(({ site }) => site !== undefined)
  const claimants = earliestClaimants(claimed)
  const bySite = Map.groupBy(
    entries.filter(({ site, files }) => site !== undefined || claimants.has(files[0] ?? '')),
    ({ site, files }) => site?.versionId ?? claimants.get(files[0] ?? '')?.versionId,
  )
  const rest = entries.filter(({ site, files }) => site === undefined && !claimants.has(files[0] ?? ''))
  return [...bySite.values(), ...groupByBytes(rest)].map(versionGroup)
}

function versionGroup(entries: readonly PlacedClaim[]): VersionGroup {
  const ranked = entries.toSorted(mostInformativeFirst)
  const site = ranked.find((entry) => entry.site !== undefined)?.site
  return { ...(site && { site }), leader: ranked[0] as PlacedClaim, entries: ranked } // no group is empty
}

/** Returns, by hash, the version that entries without ids join (rule 2); of equally old versions, the lowest id. */
function earliestClaimants(claimed: readonly PlacedClaim[]) {
  const earliest = new Map<string, { versionId: number; publishedAt: number }>()
  for (const { site, files, shared, publishedAt } of claimed)
    for (const hash of files.slice(0, shared)) {
      const known = earliest.get(hash)
      const versionId = site?.versionId ?? 0
      const isEarlier =
        !known || publishedAt < known.publishedAt || (publishedAt === known.publishedAt && versionId < known.versionId)
      if (isEarlier) earliest.set(hash, { versionId, publishedAt })
    }
  return earliest
}

/** Groups entries that have the same main file, or one that has the main file of the other as a shared file (rule 3). */
function groupByBytes(entries: readonly PlacedClaim[]): PlacedClaim[][] {
  const mains = new Set(entries.map(({ files }) => files[0]))
  const sets = disjointSets<string>()
  for (const { files, shared } of entries)
    for (const hash of files.slice(1, shared)) if (mains.has(hash)) sets.join(files[0] ?? '', hash)
  return [...Map.groupBy(entries, ({ files }) => sets.find(files[0] ?? '')).values()]
}
