import { constants } from 'node:os'

export interface StopSignal {
  /** Aborted by the first SIGINT or SIGTERM. */
  signal: AbortSignal
  /** What a shell expects of a program that the signal ended: 130 after SIGINT, 143 after SIGTERM. */
  exitCode(): number
}

/** Ctrl-C below npm arrives twice: from the terminal, and passed on by npm. Both are one wish. */
const echoMilliseconds = 500

/** Listens for SIGINT and SIGTERM, so that the first ends the program in good order; a second ends it at once. */
export function listenForStop(): StopSignal {
  const stop = new AbortController()
  let exitCode = 0
  let stoppedAt = 0
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (stop.signal.aborted && performance.now() - stoppedAt > echoMilliseconds) process.exit(exitCode)
      if (stop.signal.aborted) return
      exitCode = 128 + constants.signals[name]
      stoppedAt = performance.now()
      stop.abort()
    })
  return { signal: stop.signal, exitCode: () => exitCode }
}
