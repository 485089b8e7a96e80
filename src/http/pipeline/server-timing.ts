import type { Principal } from '../../auth/principal.ts'
import type { RequestContext } from '../../request-context/request-context.ts'
import type { HeaderList } from './cache-and-cors-policy.ts'

/** Where the time of one request went, for `Server-Timing` (W3C Server Timing). */
export interface Timings {
  /** Does a part of the work; its time counts under `name`, what it asks the database as well. */
  measure<Result>(name: 'handle' | 'write', task: () => Promise<Result>): Promise<Result>
  /** The header; nothing where a cache may keep the answer, and tell it to somebody else. */
  headers(answer: HeaderList): HeaderList
}

/**
 * Whether somebody is told how long things take: owners of the hub who are signed in. Others could tell from it what is there and
 * what is not; who finds an owner's token is no owner, and tools do not look.
 */
export const mayReadTimings = (caller: Principal): boolean =>
  caller.kind === 'account' && caller.role === 'owner' && caller.via.kind === 'session'

/** `arrivedAt` by `performance.now()`; `authMs` is how long it took to tell who asks. */
export function openTimings(
  work: RequestContext,
  { arrivedAt, authMs }: { arrivedAt: number; authMs: number },
): Timings {
  const parts = new Map<string, number>()
  let [statements, waitMs, runMs] = [0, 0, 0]
  return {
    async measure(name, task) {
      const began = performance.now()
      try {
        return await work.observe((statement) => {
          statements++
          waitMs += statement.waitMs ?? 0
          runMs += statement.runMs
        }, task)
      } finally {
        parts.set(name, (parts.get(name) ?? 0) + performance.now() - began)
      }
    },
    headers({ 'cache-control': caching = '' }) {
      if (!/\bno-store\b/.test(caching)) return {}
      const measures = [
        `total;dur=${formatMs(performance.now() - arrivedAt)}`,
        `auth;dur=${formatMs(authMs)}`,
        // Nothing that an owner gets comes from the cache of public answers.
        'cache;desc="bypass"',
        `db-wait;dur=${formatMs(waitMs)}`,
        `db-run;dur=${formatMs(runMs)};desc="${statements} statements"`,
        ...[...parts].map(([name, ms]) => `${name};dur=${formatMs(ms)}`),
      ]
      return { 'server-timing': measures.join(', ') }
    },
  }
}

/** Milliseconds, to the microsecond. */
const formatMs = (ms: number): string => String(Math.round(ms * 1000) / 1000)
