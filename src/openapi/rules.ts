import type { Endpoint } from '../endpoints/core/define.ts'
import { cachingHeaders, corsHeaders, type RequestFacts } from '../http/pipeline/cache-and-cors-policy.ts'

const nobody: RequestFacts = {
  presentsCredentials: false,
  presentsToken: false,
  isAuthenticated: false,
  hasQueryToken: false,
  origin: undefined,
}
const somebody: RequestFacts = { ...nobody, presentsCredentials: true, isAuthenticated: true }
const elsewhere = 'https://elsewhere.example'

/** The `Cache-Control` of a success, to whoever asks. */
export interface CachingRule {
  anonymous: string
  withToken: string
}

/** Who may read the answer from a page of another origin. */
export interface CorsRule {
  anonymous: '*' | 'trusted origins'
  withCredentials: 'trusted origins'
}

/** What the category makes of caching, asked from the rules that the server itself goes by. */
export function cachingRule(endpoint: Endpoint): CachingRule {
  if (endpoint.success && 'bytes' in endpoint.success) {
    const { cacheControl } = endpoint.success
    return { anonymous: cacheControl, withToken: cacheControl }
  }
  if (endpoint.success && 'events' in endpoint.success) return { anonymous: 'no-store', withToken: 'no-store' }
  const controlOf = (facts: RequestFacts) => cachingHeaders(endpoint, facts, true)['cache-control'] ?? ''
  return { anonymous: controlOf(nobody), withToken: controlOf(somebody) }
}

/** Likewise of CORS. */
export function corsRule({ category }: Endpoint): CorsRule {
  const headers = corsHeaders(category, { ...nobody, origin: elsewhere }, () => false)
  return {
    anonymous: headers['access-control-allow-origin'] === '*' ? '*' : 'trusted origins',
    withCredentials: 'trusted origins',
  }
}
