import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LRUCache } from 'lru-cache'
import { type Channel, singleProcess } from '../worker-bus/worker-bus.ts'

/** A file that a cache holds. */
export interface CachedFile {
  path: string
  sizeBytes: number
}

/** Files that can be made again, in a directory of their own that never holds more than so many bytes. */
export interface DiskCache {
  /** The file under `name`, if it is there. */
  held(name: string): Promise<CachedFile | undefined>
  /** The file under `name`, made by `make` (which writes it to the path it is given) unless it is there. */
  get(name: string, make: (path: string) => Promise<void>): Promise<CachedFile>
}

/** A file that a process has made. */
export interface RenderedFile {
  name: string
  sizeBytes: number
}

/**
 * Opens the cache in `directory`. What was used last stays; across restarts, what was made last. By `made` several
 * processes have one cache: what one of them makes, the others hold, and the bound is that of all together.
 */
export async function openDiskCache({
  directory,
  maxBytes,
  made = singleProcess.channel('made files'),
}: {
  directory: string
  maxBytes: number
  made?: Channel<RenderedFile>
}): Promise<DiskCache> {
  const files = new LRUCache<string, number>({
    maxSize: maxBytes,
    sizeCalculation: (sizeBytes) => Math.max(1, sizeBytes),
    dispose: (_sizeBytes, name, reason) => {
      if (reason === 'evict') rm(join(directory, name), { force: true }).catch(() => {})
    },
  })
  await mkdir(directory, { recursive: true })
  for (const { name, size, mtimeMs } of await filesByAge(directory)) {
    if (!name.endsWith(draftEnding)) files.set(name, size)
    else if (mtimeMs < Date.now() - draftMilliseconds) await rm(join(directory, name), { force: true })
  }
  made.subscribe(({ name, sizeBytes }) => files.set(name, sizeBytes))
  const making = new Map<string, Promise<CachedFile>>()

  const make = async (name: string, write: (path: string) => Promise<void>): Promise<CachedFile> => {
    const draft = join(directory, `${randomUUID()}${draftEnding}`)
    const path = join(directory, name)
    try {
      await write(draft)
      const { size } = await stat(draft)
      await rename(draft, path)
      files.set(name, size)
      made.publish({ name, sizeBytes: size })
      return { path, sizeBytes: size }
    } finally {
      await rm(draft, { force: true })
    }
  }
  const held = async (name: string): Promise<CachedFile | undefined> => {
    if (files.get(name) === undefined) return undefined
    const path = join(directory, name)
    // Another process may have evicted it.
    const stats = await stat(path).catch(() => undefined)
    return stats && { path, sizeBytes: stats.size }
  }
  return {
    held,
    async get(name, write) {
      const known = await held(name)
      if (known) return known
      const underWay = making.get(name)
      if (underWay) return underWay
      const file = make(name, write).finally(() => making.delete(name))
      making.set(name, file)
      return file
    },
  }
}

const draftEnding = '.draft'
/** A draft that nobody has written to for so long is left over from a process that was killed; others are being made. */
const draftMilliseconds = 10 * 60_000

/** Oldest first. */
async function filesByAge(directory: string): Promise<{ name: string; size: number; mtimeMs: number }[]> {
  const found = []
  for (const name of await readdir(directory)) {
    const stats = await stat(join(directory, name)).catch(() => undefined)
    if (stats?.isFile()) found.push({ name, size: stats.size, mtimeMs: stats.mtimeMs })
  }
  return found.sort((a, b) => a.mtimeMs - b.mtimeMs)
}
