import { readdir, realpath, stat } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import type { ActorContext } from '../../audit/actor-context.ts'
import { recordAudit } from '../../audit/record.ts'
import type { Database } from '../../db/database.ts'
import type { Recorder } from '../record/open-recorder.ts'
import { UnusableFolder } from '../unusable-folder.ts'
import { describe } from '../watch/walk.ts'

export interface LibraryFolder {
  id: number
  path: string
  /** Identity of the directory at the last scan, see `directoryIdentity`; null before the first scan. */
  root: string | null
}

/** Returns the folders of the library, in the order they were added. */
export const listFolders = ({ kysely }: Database): Promise<LibraryFolder[]> =>
  kysely.selectFrom('library_folder').select(['id', 'path', 'root']).orderBy('id').execute()

/**
 * Adds folders that are not in the library yet: all of them or none.
 * @throws UnusableFolder
 */
export async function addFolders(
  database: Database,
  paths: readonly string[],
  { dataDirectory, by }: { dataDirectory: string; by: ActorContext },
): Promise<void> {
  const known = (await listFolders(database)).map(({ path }) => path)
  const data = await realpath(dataDirectory)
  const added: string[] = []
  for (const path of paths) {
    const folder = await resolveUsableFolder(path)
    if ([...known, ...added].includes(folder)) continue
    if (isWithin(folder, data))
      throw new UnusableFolder(`${path} holds the data directory ${dataDirectory}: name another one with --data`)
    const overlapping = [...known, ...added].find((other) => isWithin(other, folder) || isWithin(folder, other))
    if (overlapping !== undefined)
      throw new UnusableFolder(`${path} lies inside the library folder ${overlapping}, or around it`)
    added.push(folder)
  }
  if (added.length === 0) return
  const at = Date.now()
  await database.write(async (transaction) => {
    for (const path of added) {
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('library_folder')
        .values({ path, added_at: at })
        .onConflict((conflict) => conflict.column('path').doNothing())
        .executeTakeFirst()
      if (numInsertedOrUpdatedRows)
        await recordAudit(transaction, { kind: 'folder-added', at, accountId: null, by, details: { path } })
    }
  })
}

/** Removes a folder with everything that only it has. Returns false if it is not in the library. */
export async function removeFolder(
  database: Database,
  path: string,
  { recorder, by }: { recorder: Recorder; by: ActorContext },
): Promise<boolean> {
  const absolute = await realpath(path).catch(() => resolve(path))
  const folder = (await listFolders(database)).find((known) => known.path === absolute)
  if (!folder) return false
  const entries = await database.kysely
    .selectFrom('library_entry')
    .select('id')
    .where('folder_id', '=', folder.id)
    .execute()
  await recorder.removeEntries(entries.map(({ id }) => id))
  await recorder.deleteMissing(Date.now())
  await database.write(
    async (transaction) => {
      await transaction.deleteFrom('library_problem').where('folder_id', '=', folder.id).execute()
      await transaction.deleteFrom('library_folder').where('id', '=', folder.id).execute()
      const details = { path: folder.path }
      await recordAudit(transaction, { kind: 'folder-removed', at: Date.now(), accountId: null, by, details })
    },
    { changes: 'catalog' },
  )
  return true
}

/**
 * Returns why a folder as a whole is unavailable, or undefined if it is available. A mount point without its disk is an
 * empty directory with another identity: the files on the disk must not count as deleted.
 */
export async function unavailableReason({ path, root }: LibraryFolder): Promise<string | undefined> {
  try {
    if (root === null || root === (await directoryIdentity(path)) || (await readdir(path)).length > 0) return undefined
    return 'the folder is empty, and not the one that was scanned before: is its disk mounted?'
  } catch (error) {
    return describe(error)
  }
}

/** Returns device and inode of a directory, which change if another file system is mounted at its path. */
export async function directoryIdentity(path: string): Promise<string> {
  const { dev, ino } = await stat(path)
  return `${dev}:${ino}`
}

async function resolveUsableFolder(path: string): Promise<string> {
  try {
    const folder = await realpath(path)
    await readdir(folder)
    return folder
  } catch (error) {
    throw new UnusableFolder(`${path} cannot be a library folder: ${reasonOf(error, path)}`)
  }
}

const reasonOf = (error: unknown, path: string) => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return describe(error)
  return path.includes('\uFFFD') ? 'its path is not valid UTF-8, or it does not exist' : 'it does not exist'
}

/** Whether `path` is `directory` or lies in it. */
function isWithin(directory: string, path: string): boolean {
  const way = relative(directory, path)
  return way !== '..' && !way.startsWith(`..${sep}`)
}
