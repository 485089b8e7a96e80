import { setTimeout as delay } from 'node:timers/promises'

const intervalMilliseconds = 100

/** Yields a report every `intervalMilliseconds` until `work` settles, then returns its result. */
export async function* reportProgress<Event, Result>(
  work: Promise<Result>,
  report: () => Event,
): AsyncGenerator<Event, Result> {
  const finished = work.then(
    () => true,
    () => true,
  )
  for (;;) {
    const pause = new AbortController()
    const tick = delay(intervalMilliseconds, false, { signal: pause.signal }).catch(() => false)
    const ended = await Promise.race([finished, tick])
    pause.abort()
    if (ended) return work
    yield report()
  }
}
