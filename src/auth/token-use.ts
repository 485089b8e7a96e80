import type { Database } from '../db/database.ts'
import { displayAddress } from './networks.ts'

/** One request that a token spoke for. */
export interface TokenUse {
  tokenId: number
  secretId: number
  /** Unix milliseconds. */
  at: number
  /** The client's address, as the server saw it. */
  address: string
  userAgent: string | undefined
}

/** Remembers how tokens are used, away from the request path: in memory, and in the database at most once a minute. */
export interface TokenUseRecord {
  record(use: TokenUse): void
  /** Writes what is remembered, in one transaction. */
  flush(): Promise<void>
  /** Writes the rest. Nothing recorded before is lost. */
  close(): Promise<void>
}

/** UTC days since 1970, as `token_day` counts them. */
export const dayOf = (unixMs: number): number => Math.floor(unixMs / 86_400_000)

export function openTokenUse(database: Database): TokenUseRecord {
  let remembered = new Map<number, SecretUse>()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let writing: Promise<void> = Promise.resolve()

  const startTimer = () => {
    if (closed || timer !== undefined) return
    // A failed write keeps what it could not write; the next minute tries again.
    timer = setTimeout(() => void flush().catch(() => undefined), flushMilliseconds).unref()
  }

  const write = async () => {
    if (remembered.size === 0) return
    const uses = remembered
    remembered = new Map()
    try {
      await writeUses(database, uses)
    } catch (error) {
      const since = remembered
      remembered = uses
      for (const [secretId, use] of since) mergeUse(remembered, secretId, use)
      startTimer()
      throw error
    }
  }

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    writing = writing.catch(() => undefined).then(write)
    return writing
  }

  return {
    record({ tokenId, secretId, at, address, userAgent }) {
      const last = { at, address, agent: userAgent?.slice(0, longestAgent) }
      const known = remembered.get(secretId)
      if (known) {
        known.last = last
        known.requests.set(dayOf(at), (known.requests.get(dayOf(at)) ?? 0) + 1)
      } else remembered.set(secretId, { tokenId, last, requests: new Map([[dayOf(at), 1]]) })
      startTimer()
    },
    flush,
    close() {
      closed = true
      return flush()
    },
  }
}

const flushMilliseconds = 60_000
const longestAgent = 256

interface SecretUse {
  tokenId: number
  last: { at: number; address: string; agent: string | undefined }
  /** Requests by day. */
  requests: Map<number, number>
}

function mergeUse(uses: Map<number, SecretUse>, secretId: number, use: SecretUse): void {
  const known = uses.get(secretId)
  if (!known) {
    uses.set(secretId, use)
    return
  }
  if (use.last.at >= known.last.at) known.last = use.last
  for (const [day, count] of use.requests) known.requests.set(day, (known.requests.get(day) ?? 0) + count)
}

function writeUses(database: Database, uses: Map<number, SecretUse>): Promise<void> {
  return database.write(async (transaction) => {
    for (const [secretId, { tokenId, last, requests }] of uses) {
      await transaction
        .updateTable('token_secret')
        .set({
          last_used_at: last.at,
          last_used_network: displayAddress(last.address),
          last_used_agent: last.agent ?? null,
        })
        .where('id', '=', secretId)
        // Another process may have seen a later use.
        .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<=', last.at)]))
        .execute()
      for (const [day, count] of requests) {
        await transaction
          .insertInto('token_day')
          .values({ token_id: tokenId, secret_id: secretId, day, requests: count })
          .onConflict((conflict) =>
            conflict
              .columns(['token_id', 'secret_id', 'day'])
              .doUpdateSet((row) => ({ requests: row('token_day.requests', '+', row.ref('excluded.requests')) })),
          )
          .execute()
      }
    }
  })
}
