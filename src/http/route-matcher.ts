import type { Endpoint } from '../endpoints/core/define.ts'

/** Which endpoints share a path, for the answers to methods that none of them has. */
export interface MatchedPath {
  endpoints: Endpoint[]
  /** For `Allow`: every method that the path answers. */
  allow: string[]
}

/** Finds the endpoints whose path pattern fits a path, whatever the method. */
export function openRouteMatcher(endpoints: readonly Endpoint[]): (path: string) => MatchedPath | undefined {
  const byPattern = Map.groupBy(endpoints, ({ path }) => path)
  const patterns = [...byPattern].map(([pattern, sharing]) => ({
    // Fixed segments first, so that `/by-hash/ids` is not taken for `/by-hash/:hash`.
    parameters: pattern.split('/:').length,
    form: new RegExp(`^${pattern.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/:[A-Za-z]+/g, '[^/]+')}/?$`),
    found: { endpoints: sharing, allow: allowedMethods(sharing) },
  }))
  patterns.sort((a, b) => a.parameters - b.parameters)
  return (path) => {
    const fitting = patterns.filter(({ form }) => form.test(path))
    if (fitting.length === 0) return undefined
    if (fitting.length === 1) return fitting[0]?.found
    const sharing = fitting.flatMap(({ found }) => found.endpoints)
    return { endpoints: sharing, allow: allowedMethods(sharing) }
  }
}

/** Every method that a path answers, for `Allow`. */
export function allowedMethods(endpoints: readonly Endpoint[]): string[] {
  const methods = endpoints.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return [...new Set([...methods, 'OPTIONS'])]
}
