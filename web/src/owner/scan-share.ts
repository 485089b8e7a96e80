/** What part of the work is done, from 0 to 1; undefined while nobody knows how much there is. */
export function doneShare({
  phase,
  files,
  doneFiles,
  bytes,
  doneBytes,
}: {
  phase: string
  files: number
  doneFiles: number
  bytes: number
  doneBytes: number
}): number | undefined {
  if (phase === 'walking') return undefined
  const share = bytes > 0 ? doneBytes / bytes : doneFiles / (files || 1)
  return Math.min(1, Math.max(0, share))
}
