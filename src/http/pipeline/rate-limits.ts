import { networkOf } from '../../auth/networks.ts'
import type { Principal } from '../../auth/principal.ts'
import {
  type CountUpdate,
  type FixedWindowLimiter,
  openFixedWindowLimiter,
  type Rate,
} from '../../rate-limit/fixed-window.ts'
import { singleProcess, type WorkerBus } from '../../worker-bus/worker-bus.ts'
import type { HeaderList } from './cache-and-cors-policy.ts'

/** What a hub takes in a while; what is left out is not limited. */
export interface RateOptions {
  /** Requests of one network that present a token and are refused as nobody's. */
  failures?: Rate | undefined
  /** Requests without a valid token or session, of one network. */
  anonymous?: Rate | undefined
  /** Requests with a token, of each token. */
  token?: Rate | undefined
}

/** How far one counted request has used up what it may. */
export interface RateState {
  admitted: boolean
  /** `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers), and `Retry-After` where it is used up. */
  headers: HeaderList
  /** Seconds until the next window. */
  resetSeconds: number
}

/** Counts requests against the limits. A network is an IPv4 address, or the 64 bits of an IPv6 one. */
export interface RateLimits {
  /** Whether anonymous requests are counted at all. */
  limitsAnonymous: boolean
  /** A request of somebody; undefined where nothing limits it. Sessions are not limited: people click. */
  countRequest(caller: Principal, address: string): RateState | undefined
  /** A request that was refused though it presented a token; valid tokens of the same network are never slowed by it. */
  countFailure(address: string): RateState | undefined
}

/** Reads `600/60`, so many requests in so many seconds; undefined for `off`. */
export function readRate(text: string): Rate | undefined {
  const [most, seconds] = text.split('/').map(Number)
  return most && seconds ? { most, seconds } : undefined
}

/** All `peers` count as one; `onRefused` is told by which limit a request is refused. */
export function openRateLimits(
  { failures, anonymous, token }: RateOptions,
  workerBus = singleProcess,
  onRefused: (limit: string) => void = () => undefined,
): RateLimits {
  const failed = openLimiter('failures', failures, { workerBus, onRefused })
  const nobody = openLimiter('anonymous', anonymous, { workerBus, onRefused })
  const byToken = openLimiter('token', token, { workerBus, onRefused })
  return {
    limitsAnonymous: anonymous !== undefined,
    countRequest(caller, address) {
      if (caller.kind === 'anonymous') return nobody?.(networkOf(address))
      return caller.via.kind === 'token' ? byToken?.(String(caller.via.tokenId)) : undefined
    },
    countFailure: (address) => failed?.(networkOf(address)),
  }
}

function openLimiter(
  name: string,
  rate: Rate | undefined,
  { workerBus, onRefused }: { workerBus: WorkerBus; onRefused: (limit: string) => void },
) {
  if (!rate) return undefined
  const windows: FixedWindowLimiter = openFixedWindowLimiter(rate, {
    channel: workerBus.channel<CountUpdate>(`limit ${name}`),
  })
  const policy = `"${name}";q=${rate.most};w=${rate.seconds}`
  return (key: string): RateState => {
    const { admitted, left, resetSeconds } = windows.count(key)
    if (!admitted) onRefused(name)
    return {
      admitted,
      resetSeconds,
      headers: {
        'ratelimit-policy': policy,
        ratelimit: `"${name}";r=${left};t=${resetSeconds}`,
        ...(!admitted && { 'retry-after': String(resetSeconds) }),
      },
    }
  }
}
