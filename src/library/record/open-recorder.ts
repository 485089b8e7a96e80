import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '../../db/database.ts'
import { isDiskFull } from '../../db/disk-space.ts'
import { describe } from '../watch/walk.ts'
import { deleteMissingFiles } from './delete-rows.ts'
import type { ReadEntry } from './read-entry.ts'
import { recordEntries } from './record-entries.ts'
import type { Recording } from './recording.ts'
import { removeEntries } from './remove-entries.ts'
import { flushDerivedData } from './track-models.ts'

/** Writes the results of a scan to the catalog, in short transactions. */
export interface Recorder {
  /** Records entries in one transaction. Returns the entries that could not be recorded, each with the reason. */
  record(entries: readonly ReadEntry[]): Promise<{ entry: ReadEntry; reason: string }[]>
  removeEntries(entryIds: readonly number[]): Promise<void>
  /** Deletes files that have been missing since `before` (Unix milliseconds) or earlier. */
  deleteMissing(before: number): Promise<void>
}

/** Opens the recorder. `ownedFolder` contains the images that the hub owns. */
export function openRecorder({ database, ownedFolder }: { database: Database; ownedFolder: string }): Recorder {
  const write = async <Result>(change: (recording: Recording) => Promise<Result>): Promise<Result> => {
    const orphanedImages: string[] = []
    const invalidatedTags = new Set<string>()
    const { engine } = database
    const result = await database.write(
      async (transaction) => {
        const recording = {
          transaction,
          engine,
          now: Date.now(),
          orphanedImages,
          invalidatedTags,
          trackedModels: new Map(),
        }
        const changed = await change(recording)
        await flushDerivedData(recording)
        return changed
      },
      { changes: () => [...invalidatedTags] },
    )
    await deleteOrphanedImages(database, ownedFolder, orphanedImages)
    return result
  }
  const recordOne = async (entry: ReadEntry) => {
    try {
      await write((recording) => recordEntries(recording, [entry]))
      return []
    } catch (error) {
      if (affectsWholeDatabase(error)) throw error
      return [{ entry, reason: `it could not be recorded: ${describe(error)}` }]
    }
  }
  return {
    async record(entries) {
      if (entries.length === 0) return []
      try {
        await write((recording) => recordEntries(recording, entries))
        return []
      } catch (error) {
        if (affectsWholeDatabase(error)) throw error
        // At least one entry cannot be recorded. Record each in its own transaction, so that the others are.
        const failed = []
        for (const entry of entries) failed.push(...(await recordOne(entry)))
        return failed
      }
    },
    async removeEntries(entryIds) {
      for (let start = 0; start < entryIds.length; start += maxRemovalsPerTransaction)
        await write((recording) => removeEntries(recording, entryIds.slice(start, start + maxRemovalsPerTransaction)))
    },
    async deleteMissing(before) {
      while ((await write((recording) => deleteMissingFiles(recording, before))) > 0);
    },
  }
}

/** Removing entries takes time proportional to their clusters, so larger batches read large clusters less often. */
const maxRemovalsPerTransaction = 500

/** Whether an error affects the whole database (full, read-only, damaged) and not only the rows to write. */
function affectsWholeDatabase(error: unknown): boolean {
  if (isDiskFull(error)) return true
  const primaryCode = ((error as { errcode?: number }).errcode ?? 0) & 0xff
  const sqliteConstraint = 19
  const sqliteMismatch = 20
  return primaryCode !== 0 && primaryCode !== sqliteConstraint && primaryCode !== sqliteMismatch
}

/** Deletes hub-owned image files that no row refers to. Several entries can refer to one. */
async function deleteOrphanedImages(
  { kysely }: Database,
  ownedFolder: string,
  paths: readonly string[],
): Promise<void> {
  for (const path of new Set(paths)) {
    const shown = await kysely
      .selectFrom('image')
      .select('id')
      .where('path', '=', path)
      .where('folder_id', 'is', null)
      .executeTakeFirst()
    if (!shown) await rm(join(ownedFolder, path), { force: true })
  }
}
