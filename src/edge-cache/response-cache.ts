import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { type Encoding, encode, minEncodedBytes, preferredEncodings } from './encodings.ts'
import type { Handling } from './engine/cache-status.ts'
import { unpoolBuffer } from './unpool-buffer.ts'

/** A public answer that was just made: complete, and the same for everybody who asks this. */
export interface ProducedResponse {
  status: number
  headers: Readonly<Record<string, string>>
  body: Buffer
  /** What it shows and goes by (`catalog/cache-tags.ts`); undefined: any change of the catalog concerns it. */
  tags?: readonly string[] | undefined
  /** How long it is fresh, in seconds; 0: it is for those who wait for it, and not kept. */
  freshSeconds: number
  /** For how many seconds more it may be given while it is made anew (RFC 5861 §3). */
  staleSeconds: number
}

/** A public answer in one encoding, as it is kept. */
export interface CachedResponse {
  /** Names it in the cache, with its encoding. */
  entryKey: string
  status: number
  headers: Readonly<Record<string, string>>
  /** In the encoding. */
  body: Buffer
  encoding: Encoding
  /** Strong: of these bytes alone (RFC 9110 §8.8.3). */
  etag: string
  /** When it was made, in Unix milliseconds; until when it is fresh, and until when it may be given while it is made anew. */
  producedAt: number
  freshUntil: number
  staleUntil: number
}

/** Requests that wait for one response. `others` have the same type, which this folder does not know. */
export interface Joinable {
  join(others: never): void
}

export interface CacheLookup {
  /** Names the answer, without its encoding. */
  key: string
  encoding: Encoding
  /** The requests that wait for it. When it is being made already, they join the ones that it is made for. */
  waiters?: Joinable | undefined
  /** Network of the client. Of more than {@link minCrowd} responses made for one requester at once, others are cached on the second request. */
  requester?: string | undefined
  /** Whether the client takes an answer of this age that is fresh for so long still, both in milliseconds; any where it is left out. */
  isAcceptable?: (age: number, freshFor: number) => boolean
}

/** The shared cache of public answers, bounded by bytes. */
export interface ResponseCache {
  /**
   * The kept answer, or one that is made now: once, however many ask while it is made. Whoever asks after a change of the
   * catalog never gets what was begun before it.
   */
  getOrProduce(
    asked: CacheLookup,
    make: () => Promise<ProducedResponse>,
  ): Promise<{ answer: CachedResponse; handling: Handling }>
  /** A kept answer by its name, while it is fresh. */
  getFresh(name: string): CachedResponse | undefined
  /** What is kept, one answer for each encoding, the memory that it takes, and how many had to make room so far. */
  size(): { responses: number; bytes: number; evicted: number }
}

export interface ResponseCacheOptions {
  maxBytes: number
  /** What the catalog is at, and the keys that changes since then concerned; `catalog` when they may concern anything. */
  changes: { catalogRevision(): number; catalogChangesSince(revision: number): readonly string[] | 'catalog' }
  now?: () => number
  /** Told when an answer could not be made anew in the background; the one that is there goes on. */
  onError?: (error: unknown) => void
}

/** Opens an empty cache. A change of the catalog, by this process or another, drops the answers that it concerns. */
export function openResponseCache({ maxBytes, changes, now = Date.now, onError }: ResponseCacheOptions): ResponseCache {
  /** The names of the kept answers that carry each key of the catalog. Most have one, which needs no set. */
  const entriesByTag = new Map<string, string | Set<string>>()
  let evicted = 0
  const entries = new LRUCache<string, Variant>({
    maxSize: maxBytes,
    sizeCalculation: ({ body, produced }, name) => bytesOf(name, body, produced),
    onInsert: ({ produced }, name) => {
      for (const key of tagsOf(produced)) {
        const names = entriesByTag.get(key)
        if (typeof names === 'object') names.add(name)
        else entriesByTag.set(key, names === undefined || names === name ? name : new Set([names, name]))
      }
    },
    dispose: ({ produced }, name, reason) => {
      if (reason === 'evict') evicted++
      for (const key of tagsOf(produced)) {
        const names = entriesByTag.get(key)
        if (typeof names === 'object') names.delete(name)
        if (names === name || (typeof names === 'object' && names.size === 0)) entriesByTag.delete(key)
      }
    },
  })
  /** Digests of what was made and not kept, and is when it is asked again. */
  const doorkeeper = new LRUCache<string, true>({ max: maxDoorkeeperKeys })
  /**
   * Whether an answer is worth its room: what would push out others that are fresh still has to be asked twice. A walk through
   * the whole catalog, which asks everything once, leaves what others ask for where it is.
   */
  const shouldAdmit = (key: string, bytes: number, isCrowd: boolean): boolean => {
    if (!isCrowd && entries.calculatedSize + bytes <= maxBytes) return true
    if (allEncodings.some((encoding) => entries.has(entryKeyOf(key, encoding)))) return true
    const { value: unasked } = entries.rvalues().next()
    const digest = hash('sha1', key, 'base64url')
    if (doorkeeper.delete(digest)) return true
    if (!isCrowd && (!unasked || unasked.freshUntil <= now())) return true
    doorkeeper.set(digest, true)
    return false
  }
  const producing = new Map<string, { revision: number; plain: Promise<Variant>; waiters: Joinable | undefined }>()

  let seen = changes.catalogRevision()
  /** Drops what changes have concerned since it was asked last; gives the revision that holds now. */
  const applyInvalidations = (): number => {
    const revision = changes.catalogRevision()
    if (revision !== seen) {
      const change = changes.catalogChangesSince(seen)
      seen = revision
      if (change === 'catalog') entries.clear()
      else
        for (const key of [...change, anyTag])
          for (const name of entryKeysOf(entriesByTag.get(key))) entries.delete(name)
    }
    return revision
  }
  /** Whether anything that an answer shows has changed since it was begun. */
  const isInvalidated = (made: ProducedEntry): boolean => {
    if (applyInvalidations() === made.revision) return false
    const change = changes.catalogChangesSince(made.revision)
    return change === 'catalog' || made.tags === undefined || made.tags.some((key) => change.includes(key))
  }

  const store = (key: string, encoding: Encoding, produced: ProducedEntry, body: Buffer): Variant => {
    const { status, headers, freshSeconds, staleSeconds, validator, producedAt, isStored: isKept } = produced
    const isPlain = encoding === 'identity'
    const freshUntil = producedAt + freshSeconds * 1000
    const variant: Variant = {
      entryKey: entryKeyOf(key, encoding),
      produced,
      status,
      body: unpoolBuffer(body),
      encoding,
      producedAt,
      freshUntil,
      headers: isPlain ? headers : { ...headers, 'content-encoding': encoding },
      etag: isPlain ? `"${validator}"` : `"${validator}-${encoding}"`,
      staleUntil: freshUntil + staleSeconds * 1000,
    }
    if (!isKept || isInvalidated(produced)) return variant
    // The earlier one in other encodings is of no use to anybody.
    if (isPlain) for (const other of preferredEncodings) entries.delete(entryKeyOf(key, other))
    entries.set(variant.entryKey, variant)
    return variant
  }

  /** The answer in an encoding: written once for all who wait, and kept. */
  const encoded = async (key: string, encoding: Encoding, plain: Variant): Promise<Variant> => {
    if (encoding === plain.encoding || encoding === 'identity' || plain.body.length < minEncodedBytes) return plain
    const { produced } = plain
    const known = produced.encodings.get(encoding)
    if (known) return known
    const writing = encode(plain.body, encoding).then((body) => store(key, encoding, produced, body))
    produced.encodings.set(encoding, writing)
    const end = () => produced.encodings.delete(encoding)
    writing.then(end, end)
    return writing
  }

  /** How many responses are being made for each requester. */
  const producingFor = new Map<string, number>()
  /** Makes a response, or joins the requests that wait for it already, unless the catalog has changed in between. */
  const produceOnce = (
    { key, waiters, requester = '' }: CacheLookup,
    revision: number,
    make: () => Promise<ProducedResponse>,
  ) => {
    const known = producing.get(key)
    if (known?.revision === revision) {
      if (waiters) known.waiters?.join(waiters as never)
      return { plain: known.plain, isCollapsed: true }
    }
    const others = producingFor.get(requester) ?? 0
    const isCrowd = requester !== '' && others >= minCrowd
    producingFor.set(requester, others + 1)
    const plain = make().then(({ body, ...described }) => {
      const validator = hash('sha1', body, 'base64url')
      const bytes = bytesOf(entryKeyOf(key, 'identity'), body, described)
      const isStored = described.freshSeconds > 0 && shouldAdmit(key, bytes, isCrowd)
      const made = { ...described, isStored, validator, revision, producedAt: now(), encodings: new Map() }
      return store(key, 'identity', made, body)
    })
    const entry = { revision, plain, waiters }
    producing.set(key, entry)
    const end = () => {
      if (producing.get(key) === entry) producing.delete(key)
      const left = (producingFor.get(requester) ?? 1) - 1
      if (left === 0) producingFor.delete(requester)
      else producingFor.set(requester, left)
    }
    plain.then(end, end)
    return { plain, isCollapsed: false }
  }

  return {
    async getOrProduce(asked, make) {
      const { key, encoding, isAcceptable = () => true } = asked
      const revision = applyInvalidations()
      const found = entries.get(entryKeyOf(key, encoding)) ?? entries.get(entryKeyOf(key, 'identity'))
      const at = now()
      const freshFor = (found?.freshUntil ?? 0) - at
      if (found && at < found.staleUntil && isAcceptable(at - found.producedAt, freshFor)) {
        if (freshFor <= 0 && !producing.has(key))
          produceOnce(asked, revision, make).plain.catch((error) => onError?.(error))
        return { answer: await encoded(key, encoding, found), handling: { freshFor } }
      }
      const { plain, isCollapsed } = produceOnce(asked, revision, make)
      const made = await plain
      const isStored = entries.peek(made.entryKey) === made
      const forwarded = !found ? 'uri-miss' : freshFor > 0 ? 'request' : 'stale'
      return { answer: await encoded(key, encoding, made), handling: { forwarded, isStored, isCollapsed } }
    },
    getFresh(name) {
      applyInvalidations()
      const found = entries.get(name)
      return found && now() < found.freshUntil ? found : undefined
    },
    size: () => ({ responses: entries.size, bytes: entries.calculatedSize, evicted }),
  }
}

/**
 * What was made, with the validator of its plain bytes and the revision of the catalog that it was begun at. It is without these
 * bytes: an answer in an encoding would hold them when they have long made room.
 */
interface ProducedEntry extends Omit<ProducedResponse, 'body'> {
  validator: string
  revision: number
  producedAt: number
  isStored: boolean
  /** The encodings that it is being written in. */
  encodings: Map<Encoding, Promise<Variant>>
}
type Variant = CachedResponse & { produced: ProducedEntry }

/** Carried by answers that do not say what they show. */
const anyTag = '*'
/** Measured, with its place in the answer and among the carriers. */
const bytesPerTag = 120
const entryKeysOf = (names: string | Set<string> = new Set()) => (typeof names === 'string' ? [names] : [...names])
const bytesOf = (name: string, body: Buffer, made: Pick<ProducedEntry, 'tags'>): number =>
  body.length + 2 * name.length + bytesPerTag * tagsOf(made).length + 500
/** Maximum number of responses that are made for one requester at once and cached on the first request. A flood has more. */
const minCrowd = 8
/** Some 2 MB of digests. */
const maxDoorkeeperKeys = 10_000
const allEncodings = ['identity', ...preferredEncodings] as const
const tagsOf = ({ tags }: Pick<ProducedEntry, 'tags'>): readonly string[] => tags ?? [anyTag]
const entryKeyOf = (key: string, encoding: Encoding) => `${encoding} ${key}`
