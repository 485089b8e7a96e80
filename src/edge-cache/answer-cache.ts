import { LRUCache } from 'lru-cache'

/** An anonymous answer as it is kept: complete, and the same for every caller of its key. */
export interface CachedAnswer {
  body: Buffer
  headers: Readonly<Record<string, string>>
  etag: string
}

/** The shared cache of anonymous answers, bounded by bytes. */
export interface AnswerCache {
  /** The kept answer, or the revision of the catalog that one which is made now belongs to. */
  get(key: string): { kept: CachedAnswer } | { kept?: undefined; revision: number }
  /** Keeps an answer for `seconds`, unless the catalog has changed since `revision`, before the answer was made. */
  put(key: string, answer: CachedAnswer, made: { seconds: number; revision: number }): void
}

/**
 * Opens an empty cache. Every change of the catalog, by this process or another, empties it: an edit is visible at
 * once, also in answers that are still fresh.
 */
export function openAnswerCache(options: { maxBytes: number; catalogRevision: () => number }): AnswerCache {
  const answers = new LRUCache<string, CachedAnswer>({
    maxSize: options.maxBytes,
    sizeCalculation: ({ body }, key) => body.length + 2 * key.length + 200,
  })
  let seen = options.catalogRevision()
  const revision = () => {
    const now = options.catalogRevision()
    if (now !== seen) {
      answers.clear()
      seen = now
    }
    return now
  }
  return {
    get(key) {
      const now = revision()
      const kept = answers.get(key)
      return kept ? { kept } : { revision: now }
    },
    put(key, answer, made) {
      if (made.revision === revision()) answers.set(key, answer, { ttl: made.seconds * 1000 })
    },
  }
}
