import type { Database } from '../../db/database.ts'
import type { TokenRequest } from '../client-metadata.ts'
import { addDenial, addDenials, type DenialReason, type TokenDenials, writeDenials } from './token-denials.ts'
import { addUsage, countRequest, createUsage, type SecretUsage } from './token-usage.ts'
import { writeTokenUsage } from './token-usage-store.ts'

/** Remembers how tokens are used, away from the request path: in memory, and in the database once a minute; urgent ones within a second. */
export interface TokenUsageRecorder {
  /**
   * Counts a request that a token spoke for, at `at` (Unix milliseconds). `endsSoon`: the secret ends within minutes unless
   * this use is written.
   */
  count(tokenId: number, secretId: number, at: number, presented: TokenRequest, endsSoon?: boolean): void
  /** Remembers a request that a token did not speak for. */
  refuse(refused: { tokenId: number; at: number; reason: DenialReason; presented: TokenRequest }): void
  /** Writes what is remembered, in one transaction. */
  flush(): Promise<void>
  /** Writes the rest. Nothing recorded before is lost. */
  close(): Promise<void>
}

/** `now` gives Unix milliseconds. */
export function openTokenUsageRecorder(database: Database, now: () => number): TokenUsageRecorder {
  let uses = new Map<number, SecretUsage>()
  let refusals = new Map<number, TokenDenials>()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let writing: Promise<void> = Promise.resolve()

  let isUrgent = false
  /** Sees to it that what is remembered is written within a minute, or within a second. */
  const startTimer = (urgency: 'usual' | 'urgent' = 'usual') => {
    if (closed || (timer !== undefined && (urgency === 'usual' || isUrgent))) return
    clearTimeout(timer)
    isUrgent = urgency === 'urgent'
    // A failed write keeps what it could not write; the next minute tries again.
    timer = setTimeout(() => void flush().catch(() => undefined), flushMilliseconds[urgency]).unref()
  }

  const write = async () => {
    if (uses.size === 0 && refusals.size === 0) return
    const [unwrittenUses, unwrittenRefusals] = [uses, refusals]
    uses = new Map()
    refusals = new Map()
    try {
      await database.write(async (transaction) => {
        await writeTokenUsage(transaction, unwrittenUses, now())
        await writeDenials(transaction, unwrittenRefusals)
      })
    } catch (error) {
      const [usesSince, refusalsSince] = [uses, refusals]
      uses = unwrittenUses
      refusals = unwrittenRefusals
      for (const [secretId, since] of usesSince) {
        const use = uses.get(secretId)
        if (use) addUsage(use, since)
        else uses.set(secretId, since)
      }
      for (const [tokenId, since] of refusalsSince) addDenials(refusals, tokenId, since)
      startTimer()
      throw error
    }
  }

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    isUrgent = false
    writing = writing.catch(() => undefined).then(write)
    return writing
  }

  return {
    count(tokenId, secretId, at, presented, endsSoon = false) {
      const use = uses.get(secretId)
      if (use) countRequest(use, at, presented)
      else uses.set(secretId, createUsage(tokenId, at, presented))
      startTimer(endsSoon ? 'urgent' : 'usual')
    },
    refuse({ tokenId, ...refused }) {
      addDenial(refusals, { tokenId, ...refused })
      // Whoever laid out a canary waits for this.
      startTimer(refused.reason === 'canary' ? 'urgent' : 'usual')
    },
    flush,
    close() {
      closed = true
      return flush()
    },
  }
}

const flushMilliseconds = { usual: 60_000, urgent: 500 }
