import { hash } from 'node:crypto'
import {
  type TokenKind,
  tokenAlphabet,
  tokenKindOf,
  tokenPrefixes,
  tokenTailLength,
} from '../auth/tokens/token-format.ts'

/** A token in a buffer. Of its secret only the last four characters are kept, which are part of the checksum. */
export interface TokenMatch {
  /** Index of its first byte. */
  index: number
  kind: TokenKind
  lastFour: string
  /** SHA-256 of the token, to recognize it again within a run. Never shown. */
  identity: string
}

/** Maximum length of a match, in bytes (a token in UTF-16). */
export const maxMatchBytes =
  2 * (Math.max(...Object.values(tokenPrefixes).map(({ length }) => length)) + tokenTailLength)

/**
 * Returns the tokens that start at or after `from` and before `to`, in order. Finds single-byte text (ASCII and its
 * supersets, such as UTF-8) and UTF-16 of both byte orders.
 *
 * Only the checksum decides, not the characters around a match: binary formats put lengths that look like letters between
 * strings, and escapes end with a letter (`\nmk_…` in JSON, `%3Dmk_…` in a URL). By chance, one of 57 billion strings with
 * the prefix of a token has the right checksum.
 */
export function findTokens(bytes: Buffer, from = 0, to = bytes.length): TokenMatch[] {
  const matches: TokenMatch[] = []
  // Every second byte of a token in UTF-16 is NUL, and most text has none.
  const hasWide = bytes.subarray(from).includes(0)
  for (const { needle, step } of hasWide ? needles : needles.slice(0, 1)) {
    for (let at = bytes.indexOf(needle, from); at >= 0 && at < to; at = bytes.indexOf(needle, at + 1)) {
      // Words that contain the stem are frequent, and a full check costs as much as searching some hundred bytes.
      if (!nextBytes.has(bytes[at + stem.length * step])) continue
      const match = matchAt(bytes, at, step)
      if (match) matches.push(match)
    }
  }
  return matches.sort((a, b) => a.index - b.index)
}

/** Returns the full text of the tokens in a buffer, see {@link findTokens}. Only for callers that may know secrets. */
export const findTokenTexts = (bytes: Buffer): string[] => findTokens(bytes).map(({ index }) => textAt(bytes, index))

/** The common start of all prefixes: one search finds every kind. */
const stem = commonStart(Object.values(tokenPrefixes))
/** The bytes that follow the stem in a prefix. */
const nextBytes = new Set<number | undefined>(
  Object.values(tokenPrefixes).map((prefix) => prefix.charCodeAt(stem.length)),
)
// The second needle matches both byte orders of UTF-16, because they differ only in the first and last byte.
const needles = [
  { needle: Buffer.from(stem, 'latin1'), step: 1 },
  { needle: Buffer.from(stem, 'utf16le').subarray(0, -1), step: 2 },
] as const

function commonStart([first = '', ...others]: readonly string[]): string {
  const length = [...first].findIndex((character, at) => others.some((other) => other[at] !== character))
  return length < 0 ? first : first.slice(0, length)
}

const prefixes = Object.values(tokenPrefixes)

const prefixLengths = prefixes.map(({ length }) => length)
/** The characters between these indexes belong to the tail of a token of every kind. */
const [tailFrom, tailTo] = [Math.max(...prefixLengths), Math.min(...prefixLengths) + tokenTailLength]
const tailBytes = new Uint8Array(256)
for (const character of tokenAlphabet) tailBytes[character.charCodeAt(0)] = 1

function matchAt(bytes: Buffer, index: number, step: 1 | 2): TokenMatch | undefined {
  // Most candidates end early, and decoding a string costs more than this check.
  if (step === 1)
    for (let at = index + tailFrom; at < index + tailTo; at++) if (!tailBytes[bytes[at] ?? 0]) return undefined
  const text = textAt(bytes, index, step)
  const kind = tokenKindOf(text)
  return kind && { index, kind, lastFour: text.slice(-4), identity: hash('sha256', text) }
}

/** Returns the text that a token at `index` would have. */
function textAt(bytes: Buffer, index: number, step = bytes[index + 1] === 0 ? 2 : 1): string {
  const near = charactersAt(bytes, index, step)
  const prefix = prefixes.find((one) => near.startsWith(one)) ?? ''
  return near.slice(0, prefix.length + tokenTailLength)
}

function charactersAt(bytes: Buffer, index: number, step: number): string {
  const near = bytes.subarray(index, index + maxMatchBytes)
  if (step === 1) return near.toString('latin1', 0, maxMatchBytes / 2)
  let text = ''
  for (let at = 0; at < near.length && (at === 0 || near[at - 1] === 0); at += 2)
    text += String.fromCharCode(near[at] ?? 0)
  return text
}
