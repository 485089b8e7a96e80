import { dirname } from 'node:path/posix'

/** Files and directories that a walk could not read. Paths are relative to the library folder. */
export interface UnreadablePaths {
  add(path: string): void
  /** Whether `path` is an unreadable path or below one. */
  covers(path: string): boolean
  /** Whether `directory` is an unreadable path or has one below it. For the library folder (''), only the folder itself counts. */
  hasAtOrBelow(directory: string): boolean
  /** Whether an unreadable path in the directory of `prefix` starts with `prefix`. */
  hasPrefix(prefix: string): boolean
}

/** Returns an empty set. Look-ups take time proportional to the depth of the path, or to the logarithm of the set's size. */
export function openUnreadablePaths(): UnreadablePaths {
  const paths = new Set<string>()
  /** The paths and all directories above them. */
  const selfAndParents = new Set<string>()
  const inDirectory = new Map<string, { paths: string[]; isSorted: boolean }>()
  return {
    add(path) {
      if (paths.has(path)) return
      paths.add(path)
      for (const directory of [path, ...parentsOf(path)]) selfAndParents.add(directory)
      const known = inDirectory.get(dirname(path)) ?? { paths: [], isSorted: true }
      known.paths.push(path)
      known.isSorted = known.paths.length === 1
      inDirectory.set(dirname(path), known)
    },
    covers: (path) => paths.has('') || [path, ...parentsOf(path)].some((directory) => paths.has(directory)),
    hasAtOrBelow: (directory) => selfAndParents.has(directory),
    hasPrefix(prefix) {
      const known = inDirectory.get(dirname(prefix))
      if (!known) return false
      if (!known.isSorted) known.paths.sort()
      known.isSorted = true
      return known.paths[firstFrom(known.paths, prefix)]?.startsWith(prefix) ?? false
    },
  }
}

/** Returns the directories above a path, without the library folder itself. */
function parentsOf(path: string): string[] {
  const directories = []
  for (let parent = dirname(path); parent !== '.' && parent !== '/'; parent = dirname(parent)) directories.push(parent)
  return directories
}

/** Returns the index of the first sorted text that is not less than `text` (binary search). */
function firstFrom(texts: readonly string[], text: string): number {
  let [low, high] = [0, texts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((texts[middle] ?? '') < text) low = middle + 1
    else high = middle
  }
  return low
}
