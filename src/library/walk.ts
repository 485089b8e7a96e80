import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { compileExclusions, type Exclusions } from './exclusions.ts'

/** A file as a walk finds it. `path` is relative to the library folder, with `/` between its parts. */
export interface FoundFile {
  path: string
  sizeBytes: number
  /** Whole milliseconds, of the file itself where `path` is a link. */
  mtimeMs: number
  inode: string
}

/** What a walk meets: the files of one directory with the paths of those in it, or a place that it cannot look at. */
export type WalkStep =
  | { kind: 'directory'; path: string; files: FoundFile[]; directories: string[] }
  /** `unread`: what was known of the path may still be so. */
  | { kind: 'problem'; path: string; reason: string; unread: boolean }

/** A part of a library folder: a directory, relative to the folder, with or without what is below it. */
export interface Scope {
  directory: string
  deep: boolean
}

const mostAtOnce = 64

/**
 * Walks a part of the folder `root`, each directory once. Links to files are followed where they stay inside the folder;
 * those that lead out or in a circle are problems, as is what cannot be read, and the walk goes on. An excluded directory
 * has nothing in it.
 */
export async function* walk(
  root: string,
  { directory: start, deep }: Scope = { directory: '', deep: true },
  exclusions: Exclusions = compileExclusions(),
): AsyncGenerator<WalkStep> {
  if (exclusions.excludesWithin(start)) {
    yield { kind: 'directory', path: start, files: [], directories: [] }
    return
  }
  let realRoot: string
  try {
    realRoot = await realpath(root)
  } catch (error) {
    yield { kind: 'problem', path: '', reason: describe(error), unread: true }
    return
  }
  async function* enter(path: string): AsyncGenerator<WalkStep> {
    const absolute = join(root, path)
    let entries: Dirent[]
    try {
      entries = await readdir(absolute, { withFileTypes: true })
    } catch (error) {
      yield path !== '' && leadsNowhere(error)
        ? { kind: 'directory', path, files: [], directories: [] }
        : { kind: 'problem', path, reason: describe(error), unread: true }
      return
    }
    const names = entries
      .filter((entry) => !exclusions.excludes(pathIn(path, entry.name), entry.isDirectory() ? 'directory' : 'file'))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const met: Met[] = []
    // What is told of a file is large beside what is kept of it: of a large directory not all at once.
    for (let first = 0; first < names.length; first += mostAtOnce) {
      const some = names.slice(first, first + mostAtOnce)
      met.push(...(await Promise.all(some.map((entry) => look(root, realRoot, path, entry)))))
    }
    for (const found of met) if (found.kind === 'problem') yield found
    const files = met.flatMap((found) => (found.kind === 'file' ? [found.file] : []))
    const directories = met.flatMap((found) => (found.kind === 'directory' ? [found.path] : []))
    yield { kind: 'directory', path, files, directories }
    if (deep) for (const directory of directories) yield* enter(directory)
  }
  yield* enter(start)
}

type Met =
  | { kind: 'file'; file: FoundFile }
  | { kind: 'directory'; path: string }
  | (WalkStep & { kind: 'problem' })
  | { kind: 'other' }

/** Looks at one entry of a directory, through links. */
async function look(root: string, realRoot: string, directory: string, entry: Dirent): Promise<Met> {
  const path = pathIn(directory, entry.name)
  const absolute = join(root, path)
  const problem = (reason: string, unread = false): Met => ({ kind: 'problem', path, reason, unread })
  try {
    if (entry.isDirectory()) return { kind: 'directory', path }
    if (entry.isSymbolicLink()) {
      const target = await realpath(absolute)
      if (!contains(realRoot, target)) return problem('the link leads out of the library folder')
      if (contains(target, await realpath(join(root, directory)))) return problem(circle)
    }
    // What a link to a directory leads to lies inside the folder, and is walked where it lies.
    const found = await stat(absolute)
    if (!found.isFile()) return { kind: 'other' }
    const [mtimeMs, inode] = [Math.floor(found.mtimeMs), String(found.ino)]
    return { kind: 'file', file: { path, sizeBytes: found.size, mtimeMs, inode } }
  } catch (error) {
    return problem(describe(error), !leadsNowhere(error))
  }
}

/** The path of a name in a directory, both relative to the library folder. */
export const pathIn = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`)

/** Whether `path` is `directory` or lies below it; both absolute, without links. */
function contains(directory: string, path: string): boolean {
  const way = relative(directory, path)
  return way !== '..' && !way.startsWith(`..${sep}`)
}

/** What is gone, or a link to nothing, is not merely out of sight. */
const leadsNowhere = (error: unknown) =>
  ['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')

const circle = 'the link leads in a circle'

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: circle,
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
