import { setTimeout as delay } from 'node:timers/promises'

const everyMilliseconds = 100

/** Waits for `work` and gives its result; meanwhile tells every tenth of a second how far it is. */
export async function* reporting<Event, Result>(
  work: Promise<Result>,
  report: () => Event,
): AsyncGenerator<Event, Result> {
  const finished = work.then(
    () => true,
    () => true,
  )
  for (;;) {
    const pause = new AbortController()
    const tick = delay(everyMilliseconds, false, { signal: pause.signal }).catch(() => false)
    const ended = await Promise.race([finished, tick])
    pause.abort()
    if (ended) return work
    yield report()
  }
}
