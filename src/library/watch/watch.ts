import { type FSWatcher, watch } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Exclusions } from './exclusions.ts'
import { pathIn } from './walk.ts'

/** Tells which directories changed, not what changed in them. */
export interface FolderWatch {
  /** Whether every directory of a folder has its handle. */
  watches(folder: string): boolean
  close(): Promise<void>
}

/**
 * Watches the directories of folders; resolves once all are watched. `onChange` gets the folder and the directory relative
 * to it, with `/` between its parts. Each directory has one handle of the system, and files have none; what is in a
 * directory is looked at only when a name in it came or went, not while a file in it grows. Excluded directories are not
 * watched.
 */
export async function watchDirectories({
  folders,
  exclusions,
  onChange,
  onError,
}: {
  folders: readonly string[]
  exclusions: Exclusions
  onChange: (folder: string, directory: string) => void
  onError: (error: unknown) => void
}): Promise<FolderWatch> {
  const roots = folders.map((folder) =>
    watchTree(folder, { exclusions, onChange: (directory) => onChange(folder, directory), onError }),
  )
  await Promise.all(roots.map(({ ready }) => ready))
  return {
    watches: (folder) => roots.some((root) => root.folder === folder && root.isWhole()),
    async close() {
      await Promise.all(roots.map((root) => root.close()))
    },
  }
}

/** How long names may come and go before a directory is looked at once more. */
const pauseMilliseconds = 500

interface Watched {
  path: string
  /** Tells a directory from another that took its name: a handle goes with its directory. */
  identity: string
  watcher: FSWatcher
  below: Map<string, Watched>
  /** One look at a time: two at once would both enter what is new. */
  isLooking: boolean
  again: boolean
  isLeft: boolean
}

function watchTree(
  folder: string,
  {
    exclusions,
    onChange,
    onError,
  }: { exclusions: Exclusions; onChange: (directory: string) => void; onError: (error: unknown) => void },
) {
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()
  let root: Watched | undefined
  const told = new Set<string>()
  const complain = (error: unknown) => {
    // One limit is met at each of thousands of directories.
    const { code, message } = error as NodeJS.ErrnoException
    if (!told.has(code ?? message)) onError(explained(error))
    told.add(code ?? message)
  }

  /** Watched first and looked at then, so that nothing comes unseen between the two. */
  const enter = async (path: string, isNew: boolean): Promise<Watched | undefined> => {
    let directory: Watched | undefined
    try {
      const identity = await identityOf(join(folder, path))
      if (closing.signal.aborted) return undefined
      const watcher = watch(join(folder, path))
      const entered: Watched = {
        path,
        identity,
        watcher,
        below: new Map(),
        isLooking: true,
        again: false,
        isLeft: false,
      }
      directory = entered
      watcher.on('error', complain).on('change', (event, name) => {
        if (exclusions.excludes(pathIn(path, String(name)), 'file')) return
        onChange(path)
        if (event === 'rename') lookSoon(entered)
      })
      if (isNew) onChange(path)
      await look(entered, isNew)
      entered.isLooking = false
      if (entered.again) lookSoon(entered)
      return entered
    } catch (error) {
      if (directory) leave(directory)
      // What is gone again was told of by its parent.
      if (path === '' || (error as NodeJS.ErrnoException).code !== 'ENOENT') complain(error)
      return undefined
    }
  }
  const look = async (directory: Watched, isNew: boolean): Promise<void> => {
    const present = await directoriesIn(
      join(folder, directory.path),
      (name) => !exclusions.excludes(pathIn(directory.path, name), 'directory'),
    )
    for (const [name, child] of directory.below) {
      if (present.get(name) === child.identity) continue
      leave(child)
      directory.below.delete(name)
    }
    const fresh = [...present.keys()].filter((name) => !directory.below.has(name))
    await Promise.all(
      fresh.map(async (name) => {
        const child = await enter(pathIn(directory.path, name), isNew)
        if (child) directory.below.set(name, child)
      }),
    )
    if (directory.isLeft || closing.signal.aborted) leave(directory)
  }
  const lookSoon = (directory: Watched) => {
    directory.again = true
    if (directory.isLooking) return
    const looking = lookAgain(directory).finally(() => underWay.delete(looking))
    underWay.add(looking)
  }
  const lookAgain = async (directory: Watched): Promise<void> => {
    directory.isLooking = true
    while (directory.again && !directory.isLeft) {
      directory.again = false
      await look(directory, true).catch(complain)
      await delay(pauseMilliseconds, undefined, { ref: false, signal: closing.signal }).catch(() => undefined)
    }
    directory.isLooking = false
  }
  const ready = enter('', false).then((entered) => {
    root = entered
  })
  underWay.add(ready)
  return {
    folder,
    ready,
    isWhole: () => root !== undefined && told.size === 0,
    async close() {
      closing.abort()
      if (root) leave(root)
      await Promise.all(underWay)
      if (root) leave(root)
    },
  }
}

function leave(directory: Watched): void {
  directory.watcher.close()
  directory.isLeft = true
  for (const child of directory.below.values()) leave(child)
}

/**
 * The directories in one that are not excluded, by name, with their identities; none when it is gone. Links are not
 * followed, as no walk does.
 */
async function directoriesIn(path: string, isIncluded: (name: string) => boolean): Promise<Map<string, string>> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
  const names = entries.filter((entry) => entry.isDirectory() && isIncluded(entry.name)).map(({ name }) => name)
  const found = await Promise.all(
    names.map(async (name) => [name, await identityOf(join(path, name)).catch(() => undefined)] as const),
  )
  return new Map(found.filter((pair): pair is [string, string] => pair[1] !== undefined))
}

/** The number of a directory that is gone may be given to the next one at once. */
async function identityOf(path: string): Promise<string> {
  const { dev, ino, birthtimeMs } = await stat(path)
  return `${dev}:${ino}:${birthtimeMs}`
}

/** What a person can do about it, where that is known. */
function explained(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EMFILE') return error
  const advice = code === 'ENOSPC' ? 'raise fs.inotify.max_user_watches' : 'raise fs.inotify.max_user_instances'
  return new Error(`not every directory can be watched, and changes there are seen later: ${advice}`, { cause: error })
}
