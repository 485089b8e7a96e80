/** What decides the place of a version among those of its model. */
export interface SortableVersion {
  id: number
  /** Whether a sidecar names its id. */
  hasSiteId: boolean
  name: string
  /** Unix milliseconds. */
  publishedAt: number
  /** The least SHA-256 of its files. */
  content: string
}

/**
 * Compares two versions of a model for `sort`, the newest first. Of versions published at the same time, those whose ids
 * sidecars name come first, the highest id leading: the site counts up. Other ids depend on the order of reading, so that
 * names decide, numbers in them by value (`v10`, `v2`), then the bytes.
 */
export function newestFirst(one: SortableVersion, other: SortableVersion): number {
  return (
    other.publishedAt - one.publishedAt ||
    Number(other.hasSiteId) - Number(one.hasSiteId) ||
    (one.hasSiteId ? 0 : compareNames(other.name, one.name) || compareTexts(one.content, other.content)) ||
    other.id - one.id
  )
}

const { compare } = new Intl.Collator('en', { numeric: true })

const compareNames = (one: string, other: string): number => compare(one, other) || compareTexts(one, other)

const compareTexts = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
