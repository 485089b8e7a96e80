import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import type { Schema } from '../db/schema.ts'
import type { Actor } from './actor-context.ts'
import type { AuditKind } from './kinds.ts'

/** An entry of the audit log. Usernames are those of the time. */
export interface AuditEntry {
  id: number
  /** Unix milliseconds. */
  at: number
  kind: AuditKind
  /** Whom it concerns; null: nobody, or nobody known. */
  account: { id: number; username: string | null } | null
  actor: AuditActor
  /** Empty where there is none, as `agent`. */
  network: string
  agent: string
  details: Record<string, unknown>
}

export interface AuditActor {
  via: Actor['via']
  account: { id: number; username: string | null } | null
  /** Through which; null otherwise. */
  tokenId: number | null
  sessionId: number | null
}

/** What of the log is wanted. */
export interface AuditQuery {
  accountId?: number | undefined
  kind?: AuditKind | undefined
  /** Unix milliseconds. */
  since?: number | undefined
  /** Entries with ids below this alone: what follows a page. */
  below?: number | undefined
  limit: number
}

/** The audit log, to read. It is written by `recordAudit` alone. */
export interface AuditLog {
  /** Newest first; `nextBelow` is there while there are more. */
  list(wanted: AuditQuery): Promise<{ entries: AuditEntry[]; nextBelow?: number }>
}

export function openAuditLog(database: Database): AuditLog {
  const queries = {
    all: database.search((query, values: BindPlaceholder<Bounds>) => entries(query, values)),
    since: database.search(entriesSince),
    // Index `audit_event_account`.
    account: database.search((query, values: BindPlaceholder<Bounds & { accountId: number }>) =>
      entries(query, values).where('account_id', '=', values('accountId')),
    ),
    // Index `audit_event_kind`.
    kind: database.search((query, values: BindPlaceholder<Bounds & { kind: string }>) =>
      entries(query, values).where('kind', '=', values('kind')),
    ),
    // Index `audit_event_account`: an account has fewer entries than a kind.
    both: database.search((query, values: BindPlaceholder<Bounds & { accountId: number; kind: string }>) =>
      entries(query, values).where('account_id', '=', values('accountId')).where('kind', '=', values('kind')),
    ),
  }
  const find = ({ accountId, kind }: AuditQuery, bounds: Bounds) => {
    if (accountId === undefined) {
      if (kind !== undefined) return queries.kind.all({ ...bounds, kind })
      return bounds.since === 0 ? queries.all.all(bounds) : queries.since.all(bounds)
    }
    return kind === undefined
      ? queries.account.all({ ...bounds, accountId })
      : queries.both.all({ ...bounds, accountId, kind })
  }
  return {
    async list(wanted) {
      const { since = 0, below = Number.MAX_SAFE_INTEGER, limit } = wanted
      const rows = await find(wanted, { since, below, limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        entries: page.map(entryOf),
        ...(rows.length > limit && last && { nextBelow: last.id }),
      }
    },
  }
}

interface Bounds {
  since: number
  /** Ids of the page are less than this. */
  below: number
  limit: number
}

/** Entries come with the time, so that their ids tell their order. */
const entries = (query: Kysely<Schema>, values: BindPlaceholder<Bounds>) =>
  query
    .selectFrom('audit_event')
    .selectAll()
    .where('id', '<', values('below'))
    .where('at', '>=', values('since'))
    .orderBy('id', 'desc')
    .limit(values('limit'))

/**
 * Entries of everybody since a moment. Where these are few, the search for more would go through the whole log in vain,
 * so that it ends at the first of them. That one is sought among all of them, in index `audit_event_at`: while the clock
 * was put back, ids and times were not in one order.
 */
export const entriesSince = (query: Kysely<Schema>, values: BindPlaceholder<Bounds>) =>
  entries(query, values).where('id', '>=', (within) =>
    within
      .selectFrom((from) =>
        from
          .selectFrom('audit_event')
          .select('id')
          .where('at', '>=', values('since'))
          .where('id', '<', values('below'))
          .orderBy('at')
          .limit(sql.lit(few))
          .as('earliest'),
      )
      .select(sql<number>`case when count(*) < ${sql.lit(few)} then min(id) else 0 end`.as('first')),
  )

/** Some pages. */
const few = 1000

type EntryRow = Awaited<ReturnType<ReturnType<typeof entries>['execute']>>[number]

const entryOf = (row: EntryRow): AuditEntry => ({
  id: row.id,
  at: row.at,
  // Written by `recordAudit`, which takes no other.
  kind: row.kind as AuditKind,
  account: row.account_id === null ? null : { id: row.account_id, username: row.username },
  actor: {
    via: row.actor,
    account: row.actor_account_id === null ? null : { id: row.actor_account_id, username: row.actor_username },
    tokenId: row.actor === 'token' ? row.actor_id : null,
    sessionId: row.actor === 'session' ? row.actor_id : null,
  },
  network: row.network,
  agent: row.agent,
  details: JSON.parse(row.details) as Record<string, unknown>,
})
