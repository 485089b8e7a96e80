/**
 * Flags of Node for processes that serve: V8's space for young objects is 4 MB and stays so. Left alone it doubles as the load
 * grows, up to 128 MB and more on a large machine, and keeps that, which makes nothing faster here. At 1 MB, where it begins,
 * one collection follows another while requests come, and the slowest answers wait several times as long.
 */
export const youngSpace = ['--min-semi-space-size=4', '--max-semi-space-size=4']

/**
 * What glibc's allocator is told of them (mallopt(3)): large answers come and go, and each is given back to the system as it
 * goes, instead of leaving a hole among the others. Elsewhere it means nothing.
 */
export const allocator = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
}
