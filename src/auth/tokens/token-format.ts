import { crc32 } from 'node:zlib'

/**
 * What the text of each kind begins with. Bearer tokens speak for their account, publishable ones read what is public for
 * the pages of their origins, canaries tell of whoever uses them.
 */
export const tokenPrefixes = { bearer: 'mk_', publishable: 'mkp_', canary: 'mkc_' } as const

export type TokenKind = keyof typeof tokenPrefixes

/**
 * Makes the text of a new token: the prefix of its kind (`mk_`), 40 base62 characters of randomness (238 bits), and 6 of CRC-32 over what
 * precedes them, so that a scanner finds a leaked token without false alarms.
 * @param randomBytes a cryptographically secure source
 */
export function createTokenText(randomBytes: (size: number) => Uint8Array, kind: TokenKind = 'bearer'): string {
  const prefix = tokenPrefixes[kind]
  let body: string = prefix
  while (body.length < prefix.length + randomLength) {
    for (const byte of randomBytes(randomLength)) {
      // Bytes above the last whole multiple of 62 would favour the first characters.
      if (byte < unbiasedLimit && body.length < prefix.length + randomLength)
        body += tokenAlphabet[byte % tokenAlphabet.length]
    }
  }
  return body + checksum(body)
}

/** Whether a text has the form of a bearer token, checksum included: what has not is refused without asking the database. */
export const isTokenText = (text: string): boolean => tokenKindOf(text) === 'bearer'

/** The kind of the token that `text` is, whole and with the right checksum. */
export function tokenKindOf(text: string): TokenKind | undefined {
  const prefix = form.exec(text)?.[1]
  if (prefix === undefined || checksum(text.slice(0, -checksumLength)) !== text.slice(-checksumLength)) return undefined
  return kinds.find((kind) => tokenPrefixes[kind] === prefix)
}

/** A text without the secrets of tokens in it, checksum right or wrong: `mk_…wxyz`. */
export const redactTokens = (text: string): string =>
  // Nearly all texts have none, and this tells it many times as fast.
  text.includes(stem) ? text.replace(hidden, '$1…$2') : text

/** The tokens in a text, those with the right checksum alone. */
export const tokensInText = (text: string): string[] =>
  text.includes(stem) ? (text.match(hidden) ?? []).filter((token) => tokenKindOf(token) !== undefined) : []

/** What all prefixes begin with. */
const stem = 'mk'
const kinds = Object.keys(tokenPrefixes) as TokenKind[]
const randomLength = 40
const checksumLength = 6
/** How many characters follow the prefix of any token. */
export const tokenTailLength = randomLength + checksumLength
/** What follows the prefix is of these. */
export const tokenAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const unbiasedLimit = 256 - (256 % tokenAlphabet.length)
const prefixes = Object.values(tokenPrefixes).join('|')
const form = new RegExp(`^(${prefixes})[0-9A-Za-z]{${tokenTailLength}}$`)
const hidden = new RegExp(`(${prefixes})[0-9A-Za-z]{${tokenTailLength - 4}}([0-9A-Za-z]{4})`, 'g')

function checksum(body: string): string {
  let rest = crc32(body)
  let digits = ''
  for (let place = 0; place < checksumLength; place++) {
    digits = tokenAlphabet[rest % tokenAlphabet.length] + digits
    rest = Math.floor(rest / tokenAlphabet.length)
  }
  return digits
}
