import { isUtf8 } from 'node:buffer'
import type { Dirent, Stats } from 'node:fs'
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

const maxConcurrentReads = 64

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
    let entries: Dirent<Buffer>[]
    try {
      entries = await readdir(absolute, { withFileTypes: true, encoding: 'buffer' })
    } catch (error) {
      yield path !== '' && leadsNowhere(error)
        ? { kind: 'directory', path, files: [], directories: [] }
        : { kind: 'problem', path, reason: describe(error), unread: true }
      return
    }
    const names = entries
      .map((entry) => ({ entry, name: readableName(entry.name) }))
      .filter(({ entry, name }) => !exclusions.excludes(pathIn(path, name), entry.isDirectory() ? 'directory' : 'file'))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    const met: Met[] = []
    // What is told of a file is large beside what is kept of it: of a large directory not all at once.
    for (let first = 0; first < names.length; first += maxConcurrentReads) {
      const some = names.slice(first, first + maxConcurrentReads)
      met.push(
        ...(await Promise.all(some.map(({ entry, name }) => look({ root, realRoot, directory: path, name, entry })))),
      )
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
async function look({
  root,
  realRoot,
  directory,
  name,
  entry,
}: {
  root: string
  realRoot: string
  directory: string
  name: string
  entry: Dirent<Buffer>
}): Promise<Met> {
  const path = pathIn(directory, name)
  const absolute = join(root, path)
  const problem = (reason: string, unread = false): Met => ({ kind: 'problem', path, reason, unread })
  // Paths are stored as text, so a name that is no text cannot be found again.
  if (!isUtf8(entry.name))
    return problem(
      entry.isDirectory()
        ? 'the name of this folder is not valid UTF-8, so nothing in it can be indexed: rename it'
        : 'its name is not valid UTF-8, so it cannot be indexed: rename it',
    )
  try {
    if (entry.isDirectory()) return { kind: 'directory', path }
    if (entry.isSymbolicLink()) {
      const target = await realpath(absolute)
      if (!contains(realRoot, target)) return problem('the link leads out of the library folder')
      if (contains(target, await realpath(join(root, directory)))) return problem(circle)
    }
    // What a link to a directory leads to lies inside the folder, and is walked where it lies.
    const found = await stat(absolute)
    if (found.isDirectory()) return { kind: 'other' }
    if (!found.isFile()) return problem(`it is ${kindOf(found)}, not a file`)
    const [mtimeMs, inode] = [Math.floor(found.mtimeMs), String(found.ino)]
    return { kind: 'file', file: { path, sizeBytes: found.size, mtimeMs, inode } }
  } catch (error) {
    return problem(describe(error), !leadsNowhere(error))
  }
}

/** What is neither a file nor a directory, in words. Opening one of these could block forever, so none is opened. */
function kindOf(found: Stats): string {
  if (found.isFIFO()) return 'a named pipe'
  if (found.isSocket()) return 'a socket'
  return 'a device'
}

/** A name as text; bytes that are not valid UTF-8 appear as `\\xNN`. */
function readableName(name: Buffer): string {
  if (isUtf8(name)) return name.toString('utf8')
  let text = ''
  for (let at = 0; at < name.length; ) {
    // The longest valid character that begins here, of at most 4 bytes; a single invalid byte otherwise.
    const length = [1, 2, 3, 4].find((bytes) => at + bytes <= name.length && isUtf8(name.subarray(at, at + bytes)))
    text += length ? name.toString('utf8', at, at + length) : `\\x${name.toString('hex', at, at + 1).toUpperCase()}`
    at += length ?? 1
  }
  return text
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
  ENAMETOOLONG: 'its path is too long for the system',
}

/** A system error in words. */
export function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return reasons[code ?? ''] ?? message ?? String(error)
}
