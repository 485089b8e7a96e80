import { type ClientMetadata, sanitizeClient, type TokenRequest } from '../client-metadata.ts'
import { scopeMask } from '../scopes.ts'

/** UTC days since 1970, as `token_day` counts them. */
export const dayOf = (unixMs: number): number => Math.floor(unixMs / 86_400_000)

/** How one secret was used since the last write. */
export interface SecretUsage {
  tokenId: number
  /** Requests by day, but those of the day that is being counted. */
  days: Map<number, number>
  day: number
  dayRequests: number
  /** Who sent the latest request. */
  latest: ClientUsage
  /** By {@link clientKey}, the one that was switched to last at the end; bounded. */
  clients: Map<string, ClientUsage>
  /** The first client of each network: kept apart, so that a flood of clients cannot hide one. Bounded. */
  networks: Map<string, ClientUsage>
  /** The first clients that sent the secret in an address. Bounded. */
  inQuery: Map<string, ClientUsage>
}

/** What one client did with one secret. */
export interface ClientUsage extends ClientMetadata {
  /** As requests bring them, for comparison. */
  address: string
  userAgent: string | undefined
  firstAt: number
  lastAt: number
  requests: number
  /** Mask of the scopes that its requests called for. */
  scopes: number
  /** Whether it asked for more than downloads. */
  beyondDownloads: boolean
}

/** At most this many clients of a secret are remembered, and kept; the oldest is dropped. */
export const maxClients = 50

/** Begins to count with one request. */
export function createUsage(tokenId: number, at: number, presented: TokenRequest): SecretUsage {
  const latest = beginClient(at, presented)
  const use: SecretUsage = {
    tokenId,
    days: new Map(),
    day: dayOf(at),
    dayRequests: 1,
    latest,
    clients: new Map(),
    networks: new Map(),
    inQuery: new Map(),
  }
  addClient(use, latest)
  return use
}

/** Counts one more. On the path of every request: for the client of the request before it only adds. */
export function countRequest(use: SecretUsage, at: number, presented: TokenRequest): void {
  const { latest } = use
  if (
    latest.address === presented.address &&
    latest.userAgent === presented.userAgent &&
    latest.form === presented.form
  ) {
    latest.requests++
    latest.lastAt = at
    latest.scopes |= scopeMask([presented.scope])
    if (presented.use === 'api') latest.beyondDownloads = true
  } else addClient(use, beginClient(at, presented))
  const day = dayOf(at)
  if (use.day !== day) {
    addTo(use.days, use.day, use.dayRequests)
    use.day = day
    use.dayRequests = 0
  }
  use.dayRequests++
}

/** Adds what was counted since to what could not be written. */
export function addUsage(use: SecretUsage, since: SecretUsage): void {
  for (const [day, requests] of requestsByDay(since)) addTo(use.days, day, requests)
  for (const client of since.clients.values()) addClient(use, client)
  for (const client of since.networks.values()) addBounded(use.networks, client.network, client)
  for (const client of since.inQuery.values()) addBounded(use.inQuery, clientKey(client), client)
}

/** Everything that was counted, by day. */
export function requestsByDay({ days, day, dayRequests }: SecretUsage): Map<number, number> {
  const all = new Map(days)
  addTo(all, day, dayRequests)
  return all
}

export const clientKey = ({ network, agent, form }: ClientMetadata): string => `${form} ${network} ${agent}`

const beginClient = (at: number, presented: TokenRequest): ClientUsage => {
  const seen = sanitizeClient(presented)
  const { userAgent, address } = presented
  return {
    ...seen,
    // What differs from what is kept of it is compared by that, the slower way.
    address: seen.network === '' ? '' : address,
    userAgent: userAgent === undefined ? undefined : seen.agent,
    firstAt: at,
    lastAt: at,
    requests: 1,
    scopes: scopeMask([presented.scope]),
    beyondDownloads: presented.use === 'api',
  }
}

function addClient(use: SecretUsage, client: ClientUsage): void {
  const key = clientKey(client)
  const known = use.clients.get(key)
  if (known) {
    known.requests += client.requests
    known.lastAt = Math.max(known.lastAt, client.lastAt)
    known.scopes |= client.scopes
    known.beyondDownloads ||= client.beyondDownloads
    known.address = client.address
    known.userAgent = client.userAgent
    use.clients.delete(key)
  }
  const latest = known ?? client
  use.clients.set(key, latest)
  use.latest = latest
  if (known) return
  addBounded(use.networks, client.network, client)
  if (client.form === 'query') addBounded(use.inQuery, key, client)
  if (use.clients.size > maxClients) use.clients.delete(use.clients.keys().next().value ?? '')
}

function addBounded(clients: Map<string, ClientUsage>, key: string, client: ClientUsage): void {
  if (clients.size < maxClients && !clients.has(key)) clients.set(key, client)
}

const addTo = (counts: Map<number, number>, day: number, requests: number) =>
  void counts.set(day, (counts.get(day) ?? 0) + requests)
