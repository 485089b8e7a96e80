import { displayAddress } from './networks.ts'
import type { PresentedToken } from './presented-token.ts'
import type { PresentedCredentials } from './principal.ts'
import { redact } from './redact.ts'

/** A token as a request presents it, with what its own rules and the record of its use depend on. */
export type TokenRequest = PresentedToken &
  Pick<
    PresentedCredentials,
    'address' | 'userAgent' | 'use' | 'method' | 'target' | 'scope' | 'origin' | 'fromForeignPage' | 'isRepeated'
  >

/** Who sent a request, as the owner of its token sees it. Nothing in it is long, or a secret. */
export interface SeenClient {
  /** The address; empty when it is none. */
  network: string
  /** The `User-Agent`; empty when there is none. */
  agent: string
  form: 'header' | 'query'
}

/** A client whose request is not told apart from those of others by more than this. */
export const seenClient = ({ text, form, ...sender }: TokenRequest): SeenClient => ({
  ...seenSender(sender, text),
  form,
})

/** Where a request came from, and the program that sent it; without `secret`, and whatever has the form of one. */
export const seenSender = (
  { address, userAgent }: Pick<PresentedCredentials, 'address' | 'userAgent'>,
  secret = '',
): { network: string; agent: string } => ({
  network: address.length > longestAddress ? '' : displayAddress(address),
  agent: keepable(userAgent ?? '', { secret, longest: longestAgent }),
})

/** Method and path of a request, without its query. */
export const seenTarget = ({ text, method, target }: TokenRequest): { method: string; path: string } => ({
  method: keepable(method, { secret: text, longest: longestMethod }),
  path: keepable(target.split(/[?#]/, 1)[0] ?? '', { secret: text, longest: longestPath }),
})

/** The longest `User-Agent` that is kept whole, in characters. */
export const longestAgent = 256
const longestPath = 256
const longestMethod = 16
/** An IPv6 address with a zone is shorter. */
const longestAddress = 64

function keepable(text: string, { secret, longest }: { secret: string; longest: number }): string {
  const decoded = percentDecoded(text)
  const clean = withoutSecrets(decoded, secret)
  const kept = (clean === decoded ? text : clean).slice(0, longest)
  // A part of a text holds on to the whole of it, which a client may have made long.
  return Buffer.from(kept).toString()
}

/** Of the presented token the part behind its prefix is what is secret, wherever it stands. */
function withoutSecrets(text: string, secret: string): string {
  const random = secret.slice(secret.indexOf('_') + 1)
  return redact(random === '' ? text : text.replaceAll(random, '[secret]'))
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
