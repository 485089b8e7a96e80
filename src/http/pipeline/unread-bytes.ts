import type { HttpResponse } from '../response.ts'
import type { Client } from './http-request.ts'

/** Maximum of unread bytes of one account or network; beyond it nothing further is made for its requests. */
const maxUnreadBytes = 32 * 2 ** 20
/** Shorter bodies fit into the buffers of a connection. */
const minCountedBytes = 16 * 2 ** 10

/** Whose requests wait in one queue: an account or a network. */
interface QueueName {
  share: string
  key: string
}

/**
 * Bytes of responses that clients have not read yet, of each account and network. A client takes no memory that it gives back by
 * itself: it may open many connections, ask for a long list on each, and read nothing.
 */
export interface UnreadBytes {
  /** Counts a body that was made for a client until the client has received it or is gone. */
  add(queue: QueueName, answer: HttpResponse, client: Client): void
  /** Whether clients of an account or network leave so much unread that nothing further is made for it. */
  isOverLimit(queue: QueueName): boolean
}

export function openUnreadBytes({ maxBytes = maxUnreadBytes }: { maxBytes?: number } = {}): UnreadBytes {
  const unread = new Map<string, number>()
  const nameOf = ({ share, key }: QueueName) => `${share} ${key}`
  return {
    add(queue, { body, cacheOutcome }, client) {
      // Other responses share their bytes with the cache.
      const isMade = cacheOutcome === undefined || cacheOutcome === 'miss'
      const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body.length : 0
      if (!isMade || bytes < minCountedBytes) return
      // A connection that is closed already closes no second time, so its bytes would count forever.
      if (client.isGone()) return
      const name = nameOf(queue)
      unread.set(name, (unread.get(name) ?? 0) + bytes)
      client.onGone(() => {
        const left = (unread.get(name) ?? bytes) - bytes
        if (left > 0) unread.set(name, left)
        else unread.delete(name)
      })
    },
    isOverLimit: (queue) => (unread.get(nameOf(queue)) ?? 0) > maxBytes,
  }
}
