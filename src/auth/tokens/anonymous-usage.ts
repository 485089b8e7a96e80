import { sql, type Transaction } from 'kysely'
import type { Database } from '../../db/database.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { Schema } from '../../db/schema.ts'
import { singleProcess, type WorkerBus } from '../../worker-bus/worker-bus.ts'
import { sanitizeSender } from '../client-metadata.ts'

/** A program that came without a token or a session that spoke for it. */
export interface AnonymousClient {
  /** The address; empty when it is none. */
  network: string
  /** The `User-Agent`; empty when there was none. */
  agent: string
  /** Unix milliseconds. */
  lastSeenAt: number
  requests: number
}

/**
 * Remembers who uses the hub without being known, for whoever thinks of closing it to them: in memory, and in the
 * database once a minute. Who has not come for 30 days is forgotten.
 */
export interface AnonymousUsage {
  /** Counts one request. On the path of every anonymous one: for a program that was there a moment ago it only adds. */
  count(sender: { address: string; userAgent: string | undefined }): void
  /** The latest of them, latest first; and whether that is all who came. */
  list(): Promise<{ programs: AnonymousClient[]; isComplete: boolean }>
  /** Writes what is remembered. Call before the database closes. */
  close(): Promise<void>
}

/** At most this many programs are remembered, and kept; the oldest goes. */
const maxClients = 500
/** Of one address, so that a flood of made-up names pushes out no other address. */
const maxClientsPerNetwork = 20
const keptMs = 30 * 86_400_000
const flushMilliseconds = 60_000

/** `now` gives Unix milliseconds. */
export function openAnonymousUsage(
  database: Database,
  { now = Date.now, workerBus = singleProcess }: { now?: () => number; workerBus?: WorkerBus } = {},
): AnonymousUsage {
  const latest = prepareLatest(database)
  /** By address and `User-Agent` as requests bring them. */
  let uses = new Map<string, AnonymousClient>()
  let ofNetwork = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let writing: Promise<void> = Promise.resolve()

  /** Sees to it that what is remembered is written within a minute. */
  const startTimer = () => {
    if (!closed) timer ??= setTimeout(() => void flush().catch(() => undefined), flushMilliseconds).unref()
  }
  const write = async () => {
    if (uses.size === 0) return
    const unwritten = uses
    uses = new Map()
    ofNetwork = new Map()
    try {
      await database.write((transaction) => writePrograms(transaction, [...unwritten.values()], now() - keptMs))
    } catch (error) {
      for (const [key, { requests, ...program }] of unwritten) {
        const since = uses.get(key)
        uses.set(key, { ...program, ...since, requests: requests + (since?.requests ?? 0) })
      }
      startTimer()
      throw error
    }
  }
  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    writing = writing.catch(() => undefined).then(write)
    return writing
  }
  const flushAll = workerBus.runOnAll('anonymous use', flush)

  return {
    count({ address, userAgent }) {
      const key = `${address} ${userAgent ?? ''}`
      const known = uses.get(key)
      const at = now()
      if (known) {
        known.requests++
        known.lastSeenAt = at
        return
      }
      const sender = sanitizeSender({ address, userAgent })
      const others = ofNetwork.get(sender.network) ?? 0
      if (uses.size >= maxClients || others >= maxClientsPerNetwork) return
      ofNetwork.set(sender.network, others + 1)
      uses.set(key, { ...sender, lastSeenAt: at, requests: 1 })
      startTimer()
    },
    async list() {
      // What cannot be written yet is no reason to hide what is known.
      await flushAll().catch(() => undefined)
      const programs = await latest.all({ since: now() - keptMs })
      const ofNetworks = Map.groupBy(programs, ({ network }) => network)
      const isFull = [...ofNetworks.values()].some(({ length }) => length >= maxClientsPerNetwork)
      return { programs, isComplete: programs.length < maxClients && !isFull }
    },
    close() {
      closed = true
      return flush()
    },
  }
}

/** Index `anonymous_client_seen`. */
const prepareLatest = (database: Database) =>
  database.search((query, values: BindPlaceholder<{ since: number }>) =>
    query
      .selectFrom('anonymous_client')
      .select(['network', 'agent', 'last_seen_at as lastSeenAt', 'requests'])
      .where('last_seen_at', '>=', values('since'))
      .orderBy('last_seen_at', 'desc')
      .limit(maxClients),
  )

async function writePrograms(
  transaction: Transaction<Schema>,
  programs: readonly AnonymousClient[],
  before: number,
): Promise<void> {
  for (const { lastSeenAt, ...program } of programs)
    await transaction
      .insertInto('anonymous_client')
      .values({ ...program, last_seen_at: lastSeenAt })
      .onConflict((conflict) =>
        conflict.columns(['network', 'agent']).doUpdateSet((row) => ({
          requests: row('anonymous_client.requests', '+', row.ref('excluded.requests')),
          // Another process may have seen it later.
          last_seen_at: row
            .case()
            .when('anonymous_client.last_seen_at', '>', row.ref('excluded.last_seen_at'))
            .then(row.ref('anonymous_client.last_seen_at'))
            .else(row.ref('excluded.last_seen_at'))
            .end(),
        })),
      )
      .execute()
  await transaction.deleteFrom('anonymous_client').where('last_seen_at', '<', before).execute()
  // Nobody is named who is not among the latest of their address, and of all.
  await sql`delete from anonymous_client where exists (
    select 1 from (
      select network, agent,
        row_number() over (partition by network order by last_seen_at desc) as of_network,
        row_number() over (order by last_seen_at desc) as of_all
      from anonymous_client
    ) as ranked
    where ranked.network = anonymous_client.network and ranked.agent = anonymous_client.agent
      and (of_network > ${maxClientsPerNetwork} or of_all > ${maxClients})
  )`.execute(transaction)
}
