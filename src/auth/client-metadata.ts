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
export interface ClientMetadata {
  /** The address; empty when it is none. */
  network: string
  /** The `User-Agent`; empty when there is none. */
  agent: string
  form: 'header' | 'query'
}

/** A client whose request is not told apart from those of others by more than this. */
export const sanitizeClient = ({ text, form, ...sender }: TokenRequest): ClientMetadata => ({
  ...sanitizeSender(sender, text),
  form,
})

/** Where a request came from, and the program that sent it; without `secret`, and whatever has the form of one. */
export const sanitizeSender = (
  { address, userAgent }: Pick<PresentedCredentials, 'address' | 'userAgent'>,
  secret = '',
): { network: string; agent: string } => ({
  network: address.length > maxAddressLength ? '' : displayAddress(address),
  agent: storable(userAgent ?? '', { secret, longest: maxUserAgentLength }),
})

/** Method and path of a request, without its query. */
export const sanitizeTarget = ({ text, method, target }: TokenRequest): { method: string; path: string } => ({
  method: storable(method, { secret: text, longest: maxMethodLength }),
  path: storable(target.split(/[?#]/, 1)[0] ?? '', { secret: text, longest: maxPathLength }),
})

/** The longest `User-Agent` that is kept whole, in characters. */
export const maxUserAgentLength = 256
const maxPathLength = 256
const maxMethodLength = 16
/** An IPv6 address with a zone is shorter. */
const maxAddressLength = 64

function storable(text: string, { secret, longest }: { secret: string; longest: number }): string {
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
