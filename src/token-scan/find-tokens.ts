import { hash } from 'node:crypto'
import {
  type TokenKind,
  tokenAlphabet,
  tokenKindOf,
  tokenPrefixes,
  tokenTailLength,
} from '../auth/tokens/token-format.ts'

/** A token in some bytes. Nothing of its secret is kept but the last four characters, which are of the checksum. */
export interface TokenMatch {
  /** Index of its first byte. */
  index: number
  kind: TokenKind
  lastFour: string
  /** SHA-256, to know the same token again within a run; never shown. */
  identity: string
}

/** How many bytes a match may take from its first one. */
export const maxMatchBytes =
  2 * (Math.max(...Object.values(tokenPrefixes).map(({ length }) => length)) + tokenTailLength)

/**
 * The tokens that begin at or after `from` and before `to`, in order: in bytes of one a character (ASCII, UTF-8 and all
 * that contain it) and in UTF-16 of either order.
 *
 * The checksum alone decides, and not what stands around: formats that are not text put strings next to each other with a
 * length between them that looks like a letter, and an escape ends in one (`\nmk_…` of JSON, `%3Dmk_…` of an address).
 * Of 57 billion texts that begin as a token does, one has the right checksum by chance.
 */
export function findTokens(bytes: Buffer, from = 0, to = bytes.length): TokenMatch[] {
  const matches: TokenMatch[] = []
  // Every second byte of a token in UTF-16 is NUL, and most text has none.
  const hasWide = bytes.subarray(from).includes(0)
  for (const { needle, step } of hasWide ? needles : needles.slice(0, 1)) {
    for (let at = bytes.indexOf(needle, from); at >= 0 && at < to; at = bytes.indexOf(needle, at + 1)) {
      // Words with the stem in them are frequent, and looking closer costs as much as some hundred bytes of searching.
      if (!nextBytes.has(bytes[at + stem.length * step])) continue
      const match = matchAt(bytes, at, step)
      if (match) matches.push(match)
    }
  }
  return matches.sort((a, b) => a.index - b.index)
}

/** The texts of the tokens in some bytes, for whoever may know them; see {@link findTokens}. */
export const findTokenTexts = (bytes: Buffer): string[] => findTokens(bytes).map(({ index }) => textAt(bytes, index))

/** What all prefixes begin with: one search finds every kind. */
const stem = commonStart(Object.values(tokenPrefixes))
/** The characters that go on a prefix after it. */
const nextBytes = new Set<number | undefined>(
  Object.values(tokenPrefixes).map((prefix) => prefix.charCodeAt(stem.length)),
)
// The second one is in UTF-16 of both orders, whose bytes differ at the ends alone.
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
/** What stands between these two belongs to the tail of a token of any kind. */
const [tailFrom, tailTo] = [Math.max(...prefixLengths), Math.min(...prefixLengths) + tokenTailLength]
const tailBytes = new Uint8Array(256)
for (const character of tokenAlphabet) tailBytes[character.charCodeAt(0)] = 1

function matchAt(bytes: Buffer, index: number, step: 1 | 2): TokenMatch | undefined {
  // Most of what begins like a token ends soon, and a text of it costs more than this look.
  if (step === 1)
    for (let at = index + tailFrom; at < index + tailTo; at++) if (!tailBytes[bytes[at] ?? 0]) return undefined
  const text = textAt(bytes, index, step)
  const kind = tokenKindOf(text)
  return kind && { index, kind, lastFour: text.slice(-4), identity: hash('sha256', text) }
}

/** What a token at `index` would be. */
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
