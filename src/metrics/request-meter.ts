import { type Family, type LabeledCounter, type LabeledHistogram, openCounter, openHistogram } from './family.ts'

/** What of a declaration tells how its requests are counted. */
export interface MeteredEndpoint {
  method: string
  /** As it is declared: the target of a request may hold anything, a token too. */
  path: string
  category: string
}

/** What the cache of public answers had to do with a request. */
export type CacheOutcome = 'hit' | 'stale' | 'miss' | 'collapsed' | 'bypass'

export interface CompletedRequest {
  method: string
  status: number
  /** How it was told who asked; `unknown` where nobody asked that. */
  caller: 'anonymous' | 'token' | 'session' | 'unknown'
  /** Where the answer is of a kind that the cache keeps. */
  cacheOutcome?: CacheOutcome | undefined
  /** From its arrival until its answer begins to leave. */
  seconds: number
}

/** Counts requests, each under what was declared. What a client chooses makes no label of its own. */
export interface RequestMeter {
  /** An answer to a request for an endpoint. */
  recordEndpoint(endpoint: MeteredEndpoint, request: CompletedRequest): void
  /** An answer by any other route, or by none (undefined). `route` is one that the router knows. */
  recordOther(route: string | undefined, request: CompletedRequest): void
  /** Bytes of files that go out for an endpoint. */
  sentBytes(endpoint: MeteredEndpoint): LabeledCounter
  families(): Family[]
}

/** In seconds. */
export const durationBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other']
const callers = ['anonymous', 'token', 'session', 'unknown'] as const

/** `endpoints` are those that requests will be for. */
export function openRequestMeter(endpoints: readonly MeteredEndpoint[]): RequestMeter {
  const requests = openCounter({ name: 'modelkeep_http_requests_total', help: 'Requests that were answered' })
  const durations = openHistogram({
    name: 'modelkeep_http_request_duration_seconds',
    bounds: durationBounds,
    help: 'From the arrival of a request until its answer begins to leave',
  })
  const cached = openCounter({
    name: 'modelkeep_cache_requests_total',
    help: 'Requests for what the cache of public answers may keep, by what became of them',
  })
  const bytes = openCounter({ name: 'modelkeep_http_file_bytes_total', help: 'Bytes of files that were sent' })

  /** The counts of one method and path. Each is looked up by its labels once, and by a number from then on. */
  const open = ({ method, path, category }: MeteredEndpoint): EndpointCounts => ({
    requests: new Map(),
    requestsOf: (asked, status, caller) =>
      requests.of({ endpoint: path, method: methods[asked] as string, code: status, category, caller }),
    duration: undefined,
    durationOf: () => durations.of({ endpoint: path, method }),
    outcomes: new Map(),
    outcomeOf: (outcome) => cached.of({ endpoint: path, outcome }),
  })
  const declared = new Map(endpoints.map((endpoint) => [endpoint, open(endpoint)]))
  const byRoute = new Map(endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, declared.get(endpoint)]))
  const elsewhere = (method: string, path = 'none'): EndpointCounts => {
    const key = `${method} ${path}`
    const known = byRoute.get(key)
    if (known) return known
    const counts = open({ method, path, category: 'none' })
    byRoute.set(key, counts)
    return counts
  }

  return {
    recordEndpoint(endpoint, request) {
      count(declared.get(endpoint) ?? elsewhere(endpoint.method, endpoint.path), request)
    },
    recordOther(route, request) {
      const method = request.method === 'HEAD' ? 'GET' : knownMethod(request.method)
      count(elsewhere(method, route), request)
    },
    sentBytes: ({ path }) => bytes.of({ endpoint: path }),
    families: () => [requests, durations, cached, bytes].map((metric) => metric.family()),
  }
}

interface EndpointCounts {
  requests: Map<number, LabeledCounter>
  requestsOf: (method: number, status: number, caller: CompletedRequest['caller']) => LabeledCounter
  /** Until the first request nothing is said of it. */
  duration: LabeledHistogram | undefined
  durationOf: () => LabeledHistogram
  outcomes: Map<CacheOutcome, LabeledCounter>
  outcomeOf: (outcome: CacheOutcome) => LabeledCounter
}

function count(counts: EndpointCounts, { method, status, caller, cacheOutcome, seconds }: CompletedRequest): void {
  const place = methodIndex(method)
  const key = (status * methods.length + place) * callers.length + callers.indexOf(caller)
  let requests = counts.requests.get(key)
  if (!requests) {
    requests = counts.requestsOf(place, status, caller)
    counts.requests.set(key, requests)
  }
  requests.value++
  counts.duration ??= counts.durationOf()
  counts.duration.observe(seconds)
  if (cacheOutcome === undefined) return
  let outcome = counts.outcomes.get(cacheOutcome)
  if (!outcome) {
    outcome = counts.outcomeOf(cacheOutcome)
    counts.outcomes.set(cacheOutcome, outcome)
  }
  outcome.value++
}

const methodIndex = (method: string): number => {
  const place = methods.indexOf(method)
  return place < 0 ? methods.length - 1 : place
}

/** A method as a label: clients may send any word. */
export const knownMethod = (method: string): string => methods[methodIndex(method)] as string
