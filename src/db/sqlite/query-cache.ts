import type { DataVersion } from './data-version.ts'

type Rows = Record<string, unknown>[]

/** Bounds the memory: values are often what a client sent. */
const maxCachedQueries = 1000

/** Keeps the rows of one query, by the values that were bound, until anybody commits anything. */
export function openQueryCache(
  changes: DataVersion,
  run: (parameters: unknown[]) => Rows,
): (parameters: unknown[]) => Rows {
  const kept = new Map<unknown, Rows>()
  let keptAt: number | undefined
  return (parameters) => {
    const version = changes.version()
    if (version !== keptAt) {
      kept.clear()
      keptAt = version
    }
    const key = parameters.length === 1 ? parameters[0] : JSON.stringify(parameters)
    const known = kept.get(key)
    if (known) return known
    const rows = run(parameters)
    if (kept.size >= maxCachedQueries) kept.delete(kept.keys().next().value)
    kept.set(key, rows)
    return rows
  }
}
