import type { Endpoint } from '../endpoints/core/define.ts'

/** `/api/v1/models/:id` as OpenAPI writes it: `/api/v1/models/{id}`. */
export const templateOf = (path: string): string => path.replaceAll(/:([A-Za-z]+)/g, '{$1}')

/**
 * A name that holds as long as method and path do: `GET /api/v1/models/:id` is `getModelsById`. Two endpoints differ in
 * one of them, so no two share a name.
 */
export function operationIdOf({ path }: Pick<Endpoint, 'path'>, method: string): string {
  const words = segmentsOf(path).map((segment) =>
    segment.startsWith(':') ? `By${capitalized(segment.slice(1))}` : joined(segment),
  )
  return `${method.toLowerCase()}${words.join('')}`
}

/** The parts of a path behind `/api/v1`, or behind `/api`. */
export const segmentsOf = (path: string): string[] =>
  path
    .replace(/^\/api(\/v\d+)?/, '')
    .split('/')
    .filter(Boolean)

const joined = (segment: string) =>
  segment
    .split(/[^A-Za-z0-9]+/)
    .map(capitalized)
    .join('')

const capitalized = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
