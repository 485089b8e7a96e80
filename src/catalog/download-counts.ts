import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { modelTag } from './cache-tags.ts'
import { currentId } from './id-alias.ts'

/** Counts downloads in memory and writes them together, so that a download neither waits nor empties a cache. */
export interface DownloadCounts {
  add(download: { versionId: number; modelId: number }): void
  /** Writes what is not written yet. */
  close(): Promise<void>
}

export function openDownloadCounts({
  database,
  now,
  onError,
  writeAfterMs = 10_000,
}: {
  database: Database
  now: () => number
  /** Told when a write failed; the counts are kept for the next. */
  onError: (error: unknown) => void
  /** How long counts may wait, and how rarely public answers change because of them. */
  writeAfterMs?: number
}): DownloadCounts {
  let counts = new Map<string, Count>()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  const add = (count: Count) => {
    const key = `${count.versionId} ${count.day}`
    const known = counts.get(key)
    if (known) known.downloads += count.downloads
    else counts.set(key, count)
    timer ??= setTimeout(() => {
      write().catch(onError)
    }, writeAfterMs).unref()
  }
  const write = () => {
    clearTimeout(timer)
    timer = undefined
    const batch = [...counts.values()]
    counts = new Map()
    if (batch.length === 0) return writing
    const written = writing.then(() => writeCounts(database, batch))
    writing = written.catch(() => batch.forEach(add))
    return written
  }
  return {
    add: (download) => add({ ...download, day: Math.floor(now() / dayMs), downloads: 1 }),
    async close() {
      await writing
      await write()
      clearTimeout(timer)
    },
  }
}

interface Count {
  versionId: number
  modelId: number
  /** Days since 1970. */
  day: number
  downloads: number
}

const dayMs = 86_400_000

/** Downloads of a version, or model, that became part of another since count for that one. */
async function writeCounts(database: Database, batch: Count[]): Promise<void> {
  const concerned = new Set<string>()
  await database.write(
    async (transaction) => {
      for (const { versionId, modelId, day, downloads } of batch) {
        const more = sql<number>`download_count + ${downloads}`
        const version = await transaction
          .updateTable('model_version')
          .set({ download_count: more })
          .where('id', '=', currentId('model_version', sql.val(versionId)))
          .returning(['id', 'model_id'])
          .executeTakeFirst()
        if (version)
          await transaction
            .updateTable('model')
            .set({ download_count: more })
            .where('id', '=', version.model_id)
            .execute()
        concerned.add(modelTag(version?.model_id ?? modelId))
        await transaction
          .insertInto('download_day')
          .values({ version_id: version?.id ?? versionId, day, downloads })
          .onConflict((conflict) =>
            conflict
              .columns(['version_id', 'day'])
              .doUpdateSet({ downloads: sql`download_day.downloads + excluded.downloads` }),
          )
          .execute()
      }
    },
    // Lists show them at once; the order by downloads follows when they are made anew anyway.
    { changes: () => [...concerned] },
  )
}
