import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * Waits until `holds`, for what happens by itself after a while; fails with `what` when it does not within 90 seconds,
 * which is more than the slowest machine needs, since no test is about time.
 */
export async function eventually(
  holds: () => Promise<boolean> | boolean,
  what: string | (() => string),
): Promise<void> {
  const end = Date.now() + 90_000
  while (!(await holds())) {
    assert.ok(Date.now() < end, typeof what === 'string' ? what : what())
    await pause(25)
  }
}
