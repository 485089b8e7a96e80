import { crc32 } from 'node:zlib'

/**
 * Makes the text of a new bearer token: `mk_`, 40 base62 characters of randomness (238 bits), and 6 of CRC-32 over what
 * precedes them, so that a scanner finds a leaked token without false alarms.
 * @param randomBytes a cryptographically secure source
 */
export function makeTokenText(randomBytes: (size: number) => Uint8Array): string {
  let body = prefix
  while (body.length < prefix.length + randomLength) {
    for (const byte of randomBytes(randomLength)) {
      // Bytes above the last whole multiple of 62 would favour the first characters.
      if (byte < unbiasedLimit && body.length < prefix.length + randomLength) body += alphabet[byte % alphabet.length]
    }
  }
  return body + checksum(body)
}

/** Whether a text has the form of a token, checksum included: what has not is refused without asking the database. */
export function isTokenText(text: string): boolean {
  return form.test(text) && checksum(text.slice(0, -checksumLength)) === text.slice(-checksumLength)
}

const prefix = 'mk_'
const randomLength = 40
const checksumLength = 6
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const unbiasedLimit = 256 - (256 % alphabet.length)
const form = new RegExp(`^${prefix}[0-9A-Za-z]{${randomLength + checksumLength}}$`)

function checksum(body: string): string {
  let rest = crc32(body)
  let digits = ''
  for (let place = 0; place < checksumLength; place++) {
    digits = alphabet[rest % alphabet.length] + digits
    rest = Math.floor(rest / alphabet.length)
  }
  return digits
}
