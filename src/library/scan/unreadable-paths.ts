import { dirname } from 'node:path/posix'

/** Files and directories that a walk could not read, by their paths relative to the library folder. */
export interface UnreadablePaths {
  add(path: string): void
  /** Whether a path is one of the places or lies below one. */
  covers(path: string): boolean
  /** Whether a place is this directory or lies below it. Of the library folder ('') only the folder itself counts. */
  isAtOrBelow(directory: string): boolean
  /** Whether the path of a place in the directory of `prefix` starts with `prefix`. */
  hasPrefix(prefix: string): boolean
}

/** Starts with no places. Each question takes time proportional to the depth of the path, or the logarithm of the places. */
export function openUnreadablePaths(): UnreadablePaths {
  const places = new Set<string>()
  /** The places and all directories above them. */
  const around = new Set<string>()
  const inDirectory = new Map<string, { paths: string[]; isSorted: boolean }>()
  return {
    add(path) {
      if (places.has(path)) return
      places.add(path)
      for (const directory of [path, ...parentsOf(path)]) around.add(directory)
      const known = inDirectory.get(dirname(path)) ?? { paths: [], isSorted: true }
      known.paths.push(path)
      known.isSorted = known.paths.length === 1
      inDirectory.set(dirname(path), known)
    },
    covers: (path) => places.has('') || [path, ...parentsOf(path)].some((directory) => places.has(directory)),
    isAtOrBelow: (directory) => around.has(directory),
    hasPrefix(prefix) {
      const known = inDirectory.get(dirname(prefix))
      if (!known) return false
      if (!known.isSorted) known.paths.sort()
      known.isSorted = true
      return known.paths[firstFrom(known.paths, prefix)]?.startsWith(prefix) ?? false
    },
  }
}

/** The directories above a path, without the library folder itself. */
function parentsOf(path: string): string[] {
  const directories = []
  for (let parent = dirname(path); parent !== '.' && parent !== '/'; parent = dirname(parent)) directories.push(parent)
  return directories
}

/** The index of the first of these sorted texts that is not less than `text`. */
function firstFrom(texts: readonly string[], text: string): number {
  let [low, high] = [0, texts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((texts[middle] ?? '') < text) low = middle + 1
    else high = middle
  }
  return low
}
