import { redactTokens } from '../../auth/tokens/token-format.ts'
import type { PlacedClaim } from '../cluster/entry-claim.ts'
import { type FileScan, scanOf } from '../entries/file-scan.ts'
import type { FileIdentity } from '../entries/identity.ts'
import { downloadNames } from './download-names.ts'
import type { RecordedVersion } from './record-outcome.ts'
import { isOneOf, type Recording } from './recording.ts'
import type { StoredFacts } from './stored-facts.ts'
import { describedColumns } from './upsert-files.ts'

/**
 * Updates name, type, format, precision and scan results of the files of these versions. The most informative entry that
 * has a file decides them. Writes only rows that differ.
 */
export async function updateFileDescriptions(
  recording: Recording,
  versions: readonly RecordedVersion[],
  facts: ReadonlyMap<number, StoredFacts>,
): Promise<void> {
  const { transaction } = recording
  const groups = new Map(versions.map(({ id, group }) => [id, group]))
  const files = await transaction
    .selectFrom('model_file')
    .selectAll()
    .where((row) => isOneOf(recording, row.ref('version_id'), [...groups.keys()]))
    .orderBy('version_id')
    .orderBy('sha256')
    .execute()
  for (const own of Map.groupBy(files, ({ version_id }) => version_id).values()) {
    const leaders = leadersByFile(groups.get(own[0]?.version_id ?? 0)?.entries ?? [])
    const described = own.flatMap((file) => {
      const leader = leaders.get(file.sha256)
      const stored = leader && facts.get(leader.entryId)?.files.find(({ sha256 }) => sha256 === file.sha256)
      return stored ? [{ file, stored }] : []
    })
    const names = downloadNames(described.map(({ file, stored }) => ({ id: file.id, path: redactTokens(stored.path) })))
    for (const { file, stored } of described) {
      const columns = { ...describedColumns(stored.identity), name: names.get(file.id) ?? file.name }
      const isSame = Object.entries(columns).every(([column, value]) => file[column as keyof typeof columns] === value)
      const scan = newScan(file, stored.identity, recording.now)
      if (!isSame || scan)
        await transaction
          .updateTable('model_file')
          .set({ ...columns, ...scan })
          .where('id', '=', file.id)
          .execute()
    }
  }
}

/** Returns, by SHA-256, the first entry that has each file. `entries` are the most informative first. */
export function leadersByFile(entries: readonly PlacedClaim[]): Map<string, PlacedClaim> {
  const leaders = new Map<string, PlacedClaim>()
  for (const entry of entries) for (const hash of entry.files) if (!leaders.has(hash)) leaders.set(hash, entry)
  return leaders
}

/** Returns the scan results of a file if they differ from the stored ones. Unchanged results keep their time. */
function newScan(
  file: Record<keyof FileScan, unknown> & { scanned_at: number },
  identity: FileIdentity,
  now: number,
): (FileScan & { scanned_at: number }) | undefined {
  const scan = scanOf(identity)
  const isSame = Object.entries(scan).every(([column, value]) => file[column as keyof FileScan] === value)
  const scanned_at = identity.scan?.scannedAt ?? (isSame ? file.scanned_at : now)
  return isSame && scanned_at === file.scanned_at ? undefined : { ...scan, scanned_at }
}
