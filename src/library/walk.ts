import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** A file as a walk finds it. `path` is relative to the library folder, with `/` between its parts. */
export interface FoundFile {
  path: string
  sizeBytes: number
  /** Whole milliseconds, of the file itself where `path` is a link. */
  mtimeMs: number
  inode: string
}

/** What a walk meets: the files of one directory, or a place that it cannot look at. */
export type WalkStep =
  | { kind: 'directory'; path: string; files: FoundFile[] }
  /** `unread`: what was known of the path may still be so. */
  | { kind: 'problem'; path: string; reason: string; unread: boolean }

/** A part of a library folder: a directory, relative to the folder, with or without what is below it. */
export interface Scope {
  directory: string
  deep: boolean
}

/**
 * Walks a part of the folder `root`, each directory once: links are followed where they stay inside the folder, and
 * never in circles. What cannot be read is a problem, and the walk goes on.
 */
export async function* walk(
  root: string,
  { directory: start, deep }: Scope = { directory: '', deep: true },
): AsyncGenerator<WalkStep> {
  const realRoot = await realpath(root)
  const visited = new Set<string>()

  async function* enter(path: string): AsyncGenerator<WalkStep> {
    const absolute = join(root, path)
    let entries: Dirent[]
    try {
      const { dev, ino } = await stat(absolute)
      if (visited.has(`${dev}:${ino}`)) return
      visited.add(`${dev}:${ino}`)
      entries = await readdir(absolute, { withFileTypes: true })
    } catch (error) {
      const gone = path !== '' && ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
      yield gone
        ? { kind: 'directory', path, files: [] }
        : { kind: 'problem', path, reason: describe(error), unread: true }
      return
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1))
    const files: FoundFile[] = []
    const directories: string[] = []
    for (const entry of entries) {
      if (entry.name.startsWith('.')) continue
      const child = path === '' ? entry.name : `${path}/${entry.name}`
      try {
        if (entry.isSymbolicLink() && !(await staysInside(join(root, child), realRoot))) {
          yield { kind: 'problem', path: child, reason: 'the link leads out of the library folder', unread: false }
          continue
        }
        if (entry.isDirectory()) directories.push(child)
        else {
          const found = await stat(join(root, child))
          if (found.isDirectory()) directories.push(child)
          else if (found.isFile()) {
            files.push({
              path: child,
              sizeBytes: found.size,
              mtimeMs: Math.floor(found.mtimeMs),
              inode: String(found.ino),
            })
          }
        }
      } catch (error) {
        yield { kind: 'problem', path: child, reason: describe(error), unread: true }
      }
    }
    yield { kind: 'directory', path, files }
    if (deep) for (const directory of directories) yield* enter(directory)
  }
  yield* enter(start)
}

async function staysInside(path: string, realRoot: string): Promise<boolean> {
  const inside = relative(realRoot, await realpath(path))
  return inside !== '..' && !inside.startsWith(`..${sep}`)
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'the link leads in a circle',
  ENOENT: 'it is not there any more, or the link leads nowhere',
  ENOTDIR: 'it is not a folder',
  EIO: 'the disk cannot read it',
  ENAMETOOLONG: 'the name is too long',
}

/** A system error in words. */
export function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return reasons[code ?? ''] ?? message ?? String(error)
}
