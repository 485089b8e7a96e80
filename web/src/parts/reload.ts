/** Minimum time between two automatic reloads of a tab, in milliseconds: a reload that did not help is not repeated. */
const pauseMs = 60_000

const storageKey = 'modelkeep-reloaded-at'

/** Whether the code of a page, or its styles, could not be loaded: the hub is down, or an update replaced the files. */
export const isChunkError = (error: unknown): boolean =>
  error instanceof Error &&
  /dynamically imported module|Importing a module script failed|Unable to preload CSS|is not a valid JavaScript MIME type/i.test(
    error.message,
  )

/** Whether a tab that was reloaded automatically at `last` (Unix milliseconds, as stored; null: never) may be again. */
export const mayReload = (last: string | null, now: number): boolean => last === null || now - Number(last) >= pauseMs

/** Reloads the page unless that was done a moment ago. @returns whether it does */
export function reloadOnce(storage: () => Storage, reload: () => void, now: number): boolean {
  try {
    if (!mayReload(storage().getItem(storageKey), now)) return false
    storage().setItem(storageKey, String(now))
  } catch {
    // Without storage nothing can stop a loop.
    return false
  }
  reload()
  return true
}
