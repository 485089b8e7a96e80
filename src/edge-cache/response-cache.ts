import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { type Encoding, encode, encodings, minEncodedBytes } from './encodings.ts'
import type { Handling } from './engine/cache-status.ts'
import { unpoolBuffer } from './unpool-buffer.ts'

/** A public answer that was just made: complete, and the same for everybody who asks this. */
export interface ProducedResponse {
  status: number
  headers: Readonly<Record<string, string>>
  body: Buffer
  /** What it shows and goes by (`catalog/catalog-keys.ts`); undefined: any change of the catalog concerns it. */
  keys?: readonly string[] | undefined
  /** How long it is fresh, in seconds; 0: it is for those who wait for it, and not kept. */
  seconds: number
  /** For how many seconds more it may be given while it is made anew (RFC 5861 §3). */
  staleSeconds: number
}

/** A public answer in one encoding, as it is kept. */
export interface CachedResponse {
  /** Names it in the cache, with its encoding. */
  name: string
  status: number
  headers: Readonly<Record<string, string>>
  /** In the encoding. */
  body: Buffer
  encoding: Encoding
  /** Strong: of these bytes alone (RFC 9110 §8.8.3). */
  etag: string
  /** When it was made, in Unix milliseconds; until when it is fresh, and until when it may be given while it is made anew. */
  madeAt: number
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
  /** Network of the client. Of more than {@link crowd} responses made for one requester at once, others are cached on the second request. */
  requester?: string | undefined
  /** Whether the client takes an answer of this age that is fresh for so long still, both in milliseconds; any where it is left out. */
  suits?: (age: number, freshFor: number) => boolean
}

/** The shared cache of public answers, bounded by bytes. */
export interface ResponseCache {
  /**
   * The kept answer, or one that is made now: once, however many ask while it is made. Whoever asks after a change of the
   * catalog never gets what was begun before it.
   */
  answer(
    asked: CacheLookup,
    make: () => Promise<ProducedResponse>,
  ): Promise<{ answer: CachedResponse; handling: Handling }>
  /** A kept answer by its name, while it is fresh. */
  fresh(name: string): CachedResponse | undefined
  /** What is kept, one answer for each encoding, the memory that it takes, and how many had to make room so far. */
  size(): { answers: number; bytes: number; evicted: number }
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
  const carriers = new Map<string, string | Set<string>>()
  let evicted = 0
  const kept = new LRUCache<string, Variant>({
    maxSize: maxBytes,
    sizeCalculation: ({ body, made }, name) => bytesOf(name, body, made),
    onInsert: ({ made }, name) => {
      for (const key of keysOf(made)) {
        const names = carriers.get(key)
        if (typeof names === 'object') names.add(name)
        else carriers.set(key, names === undefined || names === name ? name : new Set([names, name]))
      }
    },
    dispose: ({ made }, name, reason) => {
      if (reason === 'evict') evicted++
      for (const key of keysOf(made)) {
        const names = carriers.get(key)
        if (typeof names === 'object') names.delete(name)
        if (names === name || (typeof names === 'object' && names.size === 0)) carriers.delete(key)
      }
    },
  })
  /** Digests of what was made and not kept, and is when it is asked again. */
  const askedOnce = new LRUCache<string, true>({ max: maxDoorkeeperKeys })
  /**
   * Whether an answer is worth its room: what would push out others that are fresh still has to be asked twice. A walk through
   * the whole catalog, which asks everything once, leaves what others ask for where it is.
   */
  const isWorthKeeping = (key: string, bytes: number, isCrowd: boolean): boolean => {
    if (!isCrowd && kept.calculatedSize + bytes <= maxBytes) return true
    if (spellings.some((encoding) => kept.has(nameOf(key, encoding)))) return true
    const { value: unasked } = kept.rvalues().next()
    const digest = hash('sha1', key, 'base64url')
    if (askedOnce.delete(digest)) return true
    if (!isCrowd && (!unasked || unasked.freshUntil <= now())) return true
    askedOnce.set(digest, true)
    return false
  }
  const making = new Map<string, { revision: number; plain: Promise<Variant>; waiters: Joinable | undefined }>()

  let seen = changes.catalogRevision()
  /** Drops what changes have concerned since it was asked last; gives the revision that holds now. */
  const settle = (): number => {
    const revision = changes.catalogRevision()
    if (revision !== seen) {
      const change = changes.catalogChangesSince(seen)
      seen = revision
      if (change === 'catalog') kept.clear()
      else for (const key of [...change, anyChange]) for (const name of namesOf(carriers.get(key))) kept.delete(name)
    }
    return revision
  }
  /** Whether anything that an answer shows has changed since it was begun. */
  const isOld = (made: Made): boolean => {
    if (settle() === made.revision) return false
    const change = changes.catalogChangesSince(made.revision)
    return change === 'catalog' || made.keys === undefined || made.keys.some((key) => change.includes(key))
  }

  const keep = (key: string, encoding: Encoding, made: Made, body: Buffer): Variant => {
    const { status, headers, seconds, staleSeconds, validator, madeAt, isKept } = made
    const isPlain = encoding === 'identity'
    const freshUntil = madeAt + seconds * 1000
    const variant: Variant = {
      name: nameOf(key, encoding),
      made,
      status,
      body: unpoolBuffer(body),
      encoding,
      madeAt,
      freshUntil,
      headers: isPlain ? headers : { ...headers, 'content-encoding': encoding },
      etag: isPlain ? `"${validator}"` : `"${validator}-${encoding}"`,
      staleUntil: freshUntil + staleSeconds * 1000,
    }
    if (!isKept || isOld(made)) return variant
    // The earlier one in other encodings is of no use to anybody.
    if (isPlain) for (const other of encodings) kept.delete(nameOf(key, other))
    kept.set(variant.name, variant)
    return variant
  }

  /** The answer in an encoding: written once for all who wait, and kept. */
  const written = async (key: string, encoding: Encoding, plain: Variant): Promise<Variant> => {
    if (encoding === plain.encoding || encoding === 'identity' || plain.body.length < minEncodedBytes) return plain
    const { made } = plain
    const known = made.writings.get(encoding)
    if (known) return known
    const writing = encode(plain.body, encoding).then((body) => keep(key, encoding, made, body))
    made.writings.set(encoding, writing)
    const end = () => made.writings.delete(encoding)
    writing.then(end, end)
    return writing
  }

  /** How many responses are being made for each requester. */
  const makingFor = new Map<string, number>()
  /** Makes a response, or joins the requests that wait for it already, unless the catalog has changed in between. */
  const makeOnce = (
    { key, waiters, requester = '' }: CacheLookup,
    revision: number,
    make: () => Promise<ProducedResponse>,
  ) => {
    const known = making.get(key)
    if (known?.revision === revision) {
      if (waiters) known.waiters?.join(waiters as never)
      return { plain: known.plain, isCollapsed: true }
    }
    const others = makingFor.get(requester) ?? 0
    const isCrowd = requester !== '' && others >= crowd
    makingFor.set(requester, others + 1)
    const plain = make().then(({ body, ...described }) => {
      const validator = hash('sha1', body, 'base64url')
      const bytes = bytesOf(nameOf(key, 'identity'), body, described)
      const isKept = described.seconds > 0 && isWorthKeeping(key, bytes, isCrowd)
      const made = { ...described, isKept, validator, revision, madeAt: now(), writings: new Map() }
      return keep(key, 'identity', made, body)
    })
    const entry = { revision, plain, waiters }
    making.set(key, entry)
    const end = () => {
      if (making.get(key) === entry) making.delete(key)
      const left = (makingFor.get(requester) ?? 1) - 1
      if (left === 0) makingFor.delete(requester)
      else makingFor.set(requester, left)
    }
    plain.then(end, end)
    return { plain, isCollapsed: false }
  }

  return {
    async answer(asked, make) {
      const { key, encoding, suits = () => true } = asked
      const revision = settle()
      const found = kept.get(nameOf(key, encoding)) ?? kept.get(nameOf(key, 'identity'))
      const at = now()
      const freshFor = (found?.freshUntil ?? 0) - at
      if (found && at < found.staleUntil && suits(at - found.madeAt, freshFor)) {
        if (freshFor <= 0 && !making.has(key)) makeOnce(asked, revision, make).plain.catch((error) => onError?.(error))
        return { answer: await written(key, encoding, found), handling: { freshFor } }
      }
      const { plain, isCollapsed } = makeOnce(asked, revision, make)
      const made = await plain
      const isStored = kept.peek(made.name) === made
      const forwarded = !found ? 'uri-miss' : freshFor > 0 ? 'request' : 'stale'
      return { answer: await written(key, encoding, made), handling: { forwarded, isStored, isCollapsed } }
    },
    fresh(name) {
      settle()
      const found = kept.get(name)
      return found && now() < found.freshUntil ? found : undefined
    },
    size: () => ({ answers: kept.size, bytes: kept.calculatedSize, evicted }),
  }
}

/**
 * What was made, with the validator of its plain bytes and the revision of the catalog that it was begun at. It is without these
 * bytes: an answer in an encoding would hold them when they have long made room.
 */
interface Made extends Omit<ProducedResponse, 'body'> {
  validator: string
  revision: number
  madeAt: number
  isKept: boolean
  /** The encodings that it is being written in. */
  writings: Map<Encoding, Promise<Variant>>
}
type Variant = CachedResponse & { made: Made }

/** Carried by answers that do not say what they show. */
const anyChange = '*'
/** Measured, with its place in the answer and among the carriers. */
const bytesOfKey = 120
const namesOf = (names: string | Set<string> = new Set()) => (typeof names === 'string' ? [names] : [...names])
const bytesOf = (name: string, body: Buffer, made: Pick<Made, 'keys'>): number =>
  body.length + 2 * name.length + bytesOfKey * keysOf(made).length + 500
/** Maximum number of responses that are made for one requester at once and cached on the first request. A flood has more. */
const crowd = 8
/** Some 2 MB of digests. */
const maxDoorkeeperKeys = 10_000
const spellings = ['identity', ...encodings] as const
const keysOf = ({ keys }: Pick<Made, 'keys'>): readonly string[] => keys ?? [anyChange]
const nameOf = (key: string, encoding: Encoding) => `${encoding} ${key}`
