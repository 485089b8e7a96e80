import { LRUCache } from 'lru-cache'

/** An anonymous answer as it is kept: complete, and the same for every caller of its key. */
export interface CachedAnswer {
  body: Buffer
  etag: string
}

/** The shared cache of anonymous answers, bounded by bytes. */
export interface AnswerCache {
  get(key: string): CachedAnswer | undefined
  /** Keeps an answer for `seconds`, unless the catalog changed since `revision` was asked, before the answer was made. */
  put(key: string, answer: CachedAnswer, kept: { seconds: number; revision: number }): void
  revision(): number
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
      revision()
      return answers.get(key)
    },
    put(key, answer, kept) {
      if (kept.revision === revision()) answers.set(key, answer, { ttl: kept.seconds * 1000 })
    },
    revision,
  }
}
