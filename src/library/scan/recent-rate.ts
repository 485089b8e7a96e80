const windowMilliseconds = 10_000
const spacingMilliseconds = 250
/** No rate before this time: if the smallest files come first, it would be far too low. */
const earliestMilliseconds = 2000

/** The growth rate of a total over the last `windowMilliseconds`, so that it follows changes of disk speed. */
export interface Rate {
  add(totalBytes: number, atMs: number): void
  /** Undefined until enough time has passed. */
  bytesPerSecond(): number | undefined
}

export function openRate(): Rate {
  const samples: { totalBytes: number; atMs: number }[] = []
  return {
    add(totalBytes, atMs) {
      const [before, last] = samples.slice(-2)
      // Replace the newest sample until it is far enough from the one before.
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
