import type { Stats } from 'node:fs'
import { basename, dirname, relative, sep } from 'node:path'
import { watch } from 'chokidar'

/** Tells which directories changed, not what changed in them. */
export interface FolderWatch {
  close(): Promise<void>
}

/**
 * Watches the directories of folders; resolves once all are watched. `onChange` gets the folder and the directory relative
 * to it, with `/` between its parts. Watching each file would take a system handle for every one, so files are left out,
 * and what happens to them is learned from their directory.
 */
export async function watchDirectories({
  folders,
  onChange,
  onError,
}: {
  folders: readonly string[]
  onChange: (folder: string, directory: string) => void
  onError: (error: unknown) => void
}): Promise<FolderWatch> {
  const roots = new Set(folders)
  const tell = (path: string) => {
    const folder = folders.find((root) => path === root || path.startsWith(root + sep))
    if (folder !== undefined) onChange(folder, relative(folder, path).split(sep).join('/'))
  }
  const isLeftOut = (path: string, stats?: Stats) =>
    !roots.has(path) && (basename(path).startsWith('.') || (stats !== undefined && !stats.isDirectory()))
  const watcher = watch([...folders], { ignored: isLeftOut, ignoreInitial: true, followSymlinks: false })
  const { promise: ready, resolve } = Promise.withResolvers<void>()
  watcher
    // What chokidar gives with a raw event it leaves untyped.
    .on('raw', (_event, _name, details) => tell((details as { watchedPath: string }).watchedPath))
    .on('addDir', (path) => {
      // It may have come with content, which no event tells of.
      tell(path)
      if (!roots.has(path)) tell(dirname(path))
    })
    .on('unlinkDir', (path) => tell(roots.has(path) ? path : dirname(path)))
    .on('error', (error) => onError(explained(error)))
    .on('ready', resolve)
  if (folders.length > 0) await ready
  return { close: () => watcher.close() }
}

/** What a person can do about it, where that is known. */
function explained(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ENOSPC' && code !== 'EMFILE') return error
  const advice = code === 'ENOSPC' ? 'raise fs.inotify.max_user_watches' : 'raise fs.inotify.max_user_instances'
  return new Error(`not every directory can be watched, and changes there are seen later: ${advice}`, { cause: error })
}
