const windowMilliseconds = 10_000
const spacingMilliseconds = 250
/** The smallest files may come first, and would promise hours. */
const earliestMilliseconds = 2000

/** How fast a total grows: over the last seconds, so that it follows a disk that slows down. */
export interface Rate {
  add(totalBytes: number, atMs: number): void
  /** Undefined until enough time has passed to tell. */
  bytesPerSecond(): number | undefined
}

export function openRate(): Rate {
  const samples: { totalBytes: number; atMs: number }[] = []
  return {
    add(totalBytes, atMs) {
      const [before, last] = samples.slice(-2)
      // The newest sample moves along until it is far enough from the one before.
      if (before && last && last.atMs - before.atMs < spacingMilliseconds) samples.pop()
      samples.push({ totalBytes, atMs })
      while (samples.length > 2 && atMs - (samples[1]?.atMs ?? atMs) >= windowMilliseconds) samples.shift()
    },
    bytesPerSecond() {
      const [first, last] = [samples[0], samples.at(-1)]
      if (!first || !last || last.atMs - first.atMs < earliestMilliseconds) return undefined
      return ((last.totalBytes - first.totalBytes) * 1000) / (last.atMs - first.atMs)
    },
  }
}
