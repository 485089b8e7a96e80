import type { Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'

/** Where a file is said to lie: a library folder, and a path relative to it. */
export interface ClaimedPath {
  folder: string
  path: string
}

/** A file that is there: its path with every link followed, and what the disk says of it. */
export interface FoundFile {
  path: string
  stats: Stats
}

/**
 * Finds a regular file of the library. Names, links and sidecars may say what they like: with every link followed, the
 * file has to lie inside one of the library folders. Undefined when it does not, or is not there.
 */
export async function findInLibrary(place: ClaimedPath, folders: readonly string[]): Promise<FoundFile | undefined> {
  if (place.path.includes('\0')) return undefined
  const path = await realPathOf(join(place.folder, place.path))
  if (path === undefined) return undefined
  const roots = await Promise.all(folders.map(realPathOf))
  if (!roots.some((root) => root !== undefined && liesInside(path, root))) return undefined
  const stats = await stat(path).catch(() => undefined)
  return stats?.isFile() ? { path, stats } : undefined
}

const realPathOf = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined)

function liesInside(path: string, root: string): boolean {
  const way = relative(root, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}
