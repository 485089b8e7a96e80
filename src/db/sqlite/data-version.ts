import type { SqliteConnection } from './connection.ts'

/** Tells by a number whether anybody has committed anything, in this process or another. */
export interface DataVersion {
  /** Differs from what it was before the last commit. Asked often, it looks once a turn of the event loop. */
  version(): number
  /** Makes the next {@link DataVersion.version} look, in this turn too: after a commit of this process. */
  invalidate(): void
}

/**
 * Watches with a connection that never writes: `pragma data_version` moves with every commit of the others. It costs a
 * few system calls, so the requests that come in together share it. Whoever learns of a commit and asks next comes
 * later than them, in a turn that looks again.
 */
export function watchDataVersion(connection: SqliteConnection): DataVersion {
  let known: number | undefined
  const forget = () => {
    known = undefined
  }
  return {
    version() {
      if (known === undefined) {
        known = Number(connection.execute('pragma data_version', []).rows[0]?.data_version)
        setImmediate(forget)
      }
      return known
    },
    invalidate: forget,
  }
}
