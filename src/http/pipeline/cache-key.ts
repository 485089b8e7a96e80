import { z } from 'zod'
import type { Endpoint, QueryUse } from '../../endpoints/core/define.ts'
import type { HttpRequest } from './http-request.ts'

/**
 * Names the public answer to a call: two calls that cannot be answered differently have one name. The order of parameters
 * and how they are written make no difference, nor do those that an endpoint does not know, unless its answer repeats
 * them in the address of the next page (contract §1). Of repeated ones each value counts, in its order.
 */
export function cacheKeyOf(
  endpoint: Endpoint,
  { origin, params }: Pick<HttpRequest, 'origin' | 'params'>,
  asked: QueryUse,
): string {
  const names = Object.keys(asked).filter((name) => endpoint.namesPages || knows(endpoint, name))
  const query = names.sort().map((name) => [name, asked[name]])
  return `${origin} ${endpoint.path} ${JSON.stringify([params, query])}`
}

const knows = ({ query }: Endpoint, name: string): boolean =>
  query instanceof z.ZodObject ? Object.hasOwn(query.shape, name) : query !== undefined
