import { LRUCache } from 'lru-cache'
import type { CacheRequest } from './engine/message.ts'
import type { StoredResponse } from './engine/stored-response.ts'
import { isSelected } from './engine/vary.ts'

/** Answers by their URI, bounded by bytes: what nobody asked for longest goes first. */
export interface ResponseStore {
  /** All that is kept under a URI; the same list until it changes. */
  find(url: string): readonly StoredResponse[]
  /**
   * Keeps the answer to `request` in place of what that selected before, if it has room. `tags` add to those of its URI. Gives
   * whether it is kept.
   */
  put(request: CacheRequest, stored: StoredResponse, tags: readonly string[]): boolean
  delete(urls: Iterable<string>): void
  /** Forgets every URI with one of these tags. */
  deleteTagged(tags: Iterable<string>): void
  clear(): void
  /** What is kept, the memory that it takes, and how many answers had to make room so far. */
  size(): { responses: number; bytes: number; evicted: number }
}

interface Entry {
  responses: readonly StoredResponse[]
  tags: ReadonlySet<string>
  bytes: number
}

/** So many answers of one URI, for as many kinds of requests, at most. */
const maxVariants = 32
const none: readonly StoredResponse[] = []

/** Opens an empty store of at most `maxBytes`; an answer of more than `maxResponseBytes`, headers included, is not kept. */
export function openResponseStore({
  maxBytes,
  maxResponseBytes,
}: {
  maxBytes: number
  maxResponseBytes: number
}): ResponseStore {
  const tagged = new Map<string, Set<string>>()
  let [kept, evicted] = [0, 0]
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }, url) => bytes + 2 * url.length + 500,
    onInsert({ responses }) {
      kept += responses.length
    },
    dispose({ responses, tags }, url, reason) {
      kept -= responses.length
      if (reason === 'evict') evicted += responses.length
      if (reason === 'set') return
      for (const tag of tags) {
        const urls = tagged.get(tag)
        urls?.delete(url)
        if (urls?.size === 0) tagged.delete(tag)
      }
    },
  })
  const remove = (urls: Iterable<string>) => {
    for (const url of urls) entries.delete(url)
  }
  return {
    find: (url) => entries.get(url)?.responses ?? none,
    put(request, stored, tags) {
      const { url } = request
      if (bytesOf(stored) > maxResponseBytes) return false
      const known = entries.peek(url)
      const others = (known?.responses ?? none).filter(({ selection }) => !isSelected(selection, request))
      const responses = takeFitting([stored, ...others], maxResponseBytes)
      const bytes = responses.reduce((sum, answer) => sum + bytesOf(answer), 0)
      entries.set(url, { responses, bytes, tags: new Set([...(known?.tags ?? []), ...tags]) })
      if (!entries.has(url)) return false
      for (const tag of tags) {
        const urls = tagged.get(tag)
        if (urls) urls.add(url)
        else tagged.set(tag, new Set([url]))
      }
      return true
    },
    delete: remove,
    deleteTagged(tags) {
      for (const tag of tags) remove([...(tagged.get(tag) ?? [])])
    },
    clear: () => entries.clear(),
    size: () => ({ responses: kept, bytes: entries.calculatedSize, evicted }),
  }
}

/** The first of `answers`, the newest, that have room together. */
function takeFitting(answers: readonly StoredResponse[], maxBytes: number): StoredResponse[] {
  let bytes = 0
  return answers.slice(0, maxVariants).filter((answer) => {
    bytes += bytesOf(answer)
    return bytes <= maxBytes
  })
}

/** What an answer takes in memory, roughly, and rather too much. */
function bytesOf({ body, headers, selection }: StoredResponse): number {
  let characters = 0
  for (const name in headers) characters += name.length + String(headers[name]).length
  for (const [name, value] of selection) characters += name.length + (value?.length ?? 0)
  return body.length + 2 * characters + 1000
}
