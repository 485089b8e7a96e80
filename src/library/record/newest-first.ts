/** The facts that decide the position of a version in its model. */
export interface SortableVersion {
  id: number
  /** Whether a sidecar names its id. */
  hasSiteId: boolean
  name: string
  /** Unix milliseconds. */
  publishedAt: number
  /** The lowest SHA-256 of its files. */
  content: string
}

/**
 * Compares two versions of a model for `sort`, the newest first. Of versions published at the same time, those with site
 * ids come first, the highest id leading, because the site's ids ascend. Local ids depend on the order of reading, so the
 * other versions are ordered by name, with numbers by value (`v10`, `v2`), then by bytes.
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
