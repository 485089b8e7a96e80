/** A text that cannot be read as JSON; the message says why, for the owner of the file. */
export class UnreadableJson extends Error {
  override name = 'UnreadableJson'
  /** The bound that the text exceeds, as the rest of a sentence; undefined when the text is not JSON at all. */
  readonly exceeded: string | undefined

  constructor(message: string, { exceeded, cause }: { exceeded?: string; cause?: unknown } = {}) {
    super(message, { cause })
    this.exceeded = exceeded
  }
}

/** Bounds of a JSON text. They are checked before anything is built from it. */
export interface JsonBounds {
  maxCharacters?: number
  maxDepth?: number
  maxValues?: number
}

/**
 * Parses JSON as model programs write it, in linear time:
 *
 * - An integer beyond ±(2^53 − 1), which a number would round, becomes a string of its digits (64-bit seeds, ids).
 * - `NaN`, `Infinity` and `-Infinity`, which Python writes, are accepted as values in any layout. A property with such a
 *   value is absent, and a list has `null` in its place. Numbers out of range (`1e999`) are treated alike.
 * - A byte order mark in front is ignored.
 * - A list or an object more than `maxDepth` levels deep is `null`, so that whoever walks the value has enough stack.
 *
 * Strings and keys are never changed.
 * @throws UnreadableJson when the text is not JSON or exceeds `bounds`
 */
export function parseLenientJson(text: string, bounds: JsonBounds = {}): unknown {
  const { json, mayHoldNonFinite } = toStrictJson(text, { ...defaultBounds, ...bounds })
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    throw new UnreadableJson('Is not JSON', { cause })
  }
  return mayHoldNonFinite ? withoutNonFinite(value) : value
}

const defaultBounds = { maxCharacters: 32_000_000, maxDepth: 1000, maxValues: 1_000_000 } as const

/** Rewrites the tokens that strict JSON does not have or that would lose digits, in one pass over the text. */
function toStrictJson(
  text: string,
  { maxCharacters, maxDepth, maxValues }: Required<JsonBounds>,
): { json: string; mayHoldNonFinite: boolean } {
  if (text.length > maxCharacters) throw exceeding('is too long')
  const pieces: string[] = []
  let copied = text.startsWith('\uFEFF') ? 1 : 0
  let mayHoldNonFinite = false
  let depth = 0
  let prunedFrom = 0
  let values = 1
  let at = copied
  while (at < text.length) {
    const character = text.charCodeAt(at)
    if (character === code.quote) at = endOfString(text, at)
    else if (startsNumber(character)) {
      const { end, isNonFinite, strict } = readNumber(text, at)
      mayHoldNonFinite ||= isNonFinite
      if (strict !== undefined && depth <= maxDepth) {
        pieces.push(text.slice(copied, at), strict)
        copied = end
      }
      at = end
    } else {
      if (character === code.openBrace || character === code.openBracket) {
        if (++depth === maxDepth + 1) prunedFrom = at
        values++
      } else if (character === code.closeBrace || character === code.closeBracket) {
        if (depth-- === maxDepth + 1) {
          pieces.push(text.slice(copied, prunedFrom), 'null')
          copied = at + 1
        }
      } else if (character === code.comma) values++
      if (values > maxValues) throw exceeding(`holds more than ${maxValues} values`)
      at++
    }
  }
  if (copied === 0) return { json: text, mayHoldNonFinite }
  pieces.push(text.slice(copied))
  return { json: pieces.join(''), mayHoldNonFinite }
}

const exceeding = (exceeded: string): UnreadableJson =>
  new UnreadableJson(exceeded.charAt(0).toUpperCase() + exceeded.slice(1), { exceeded })

const code = {
  quote: 0x22,
  comma: 0x2c,
  minus: 0x2d,
  zero: 0x30,
  nine: 0x39,
  capitalE: 0x45,
  capitalI: 0x49,
  capitalN: 0x4e,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  smallE: 0x65,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const

/** Returns the index behind the closing quote, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === code.backslash) at++
    else if (character === code.quote) return at + 1
  }
  return text.length
}

const startsNumber = (character: number): boolean =>
  isDigit(character) || character === code.minus || character === code.capitalN || character === code.capitalI

const isDigit = (character: number): boolean => character >= code.zero && character <= code.nine

/** Reads the number that begins at `start`; `strict` is what to write in its place, if anything. */
function readNumber(text: string, start: number): { end: number; isNonFinite: boolean; strict?: string } {
  const digitsAt = text.charCodeAt(start) === code.minus ? start + 1 : start
  const word = ['NaN', 'Infinity'].find((candidate) => text.startsWith(candidate, digitsAt))
  // No spelling but an overflow gives an infinite number. Spaces keep its neighbors from joining it.
  if (word !== undefined) return { end: digitsAt + word.length, isNonFinite: true, strict: ' 1e999 ' }
  let end = digitsAt
  while (isDigit(text.charCodeAt(end))) end++
  const isInteger = !isFraction(text.charCodeAt(end))
  let hasExponent = false
  for (let next = text.charCodeAt(end); isDigit(next) || isFraction(next); next = text.charCodeAt(++end))
    hasExponent ||= next === code.capitalE || next === code.smallE
  const isNonFinite = hasExponent || end - start > maxFiniteDigits
  if (!isInteger || end - digitsAt < minRoundedDigits || text.charCodeAt(digitsAt) === code.zero)
    return { end: Math.max(end, start + 1), isNonFinite }
  const token = text.slice(start, end)
  return Number.isSafeInteger(Number(token)) ? { end, isNonFinite } : { end, isNonFinite, strict: `"${token}"` }
}

/** Whether a character continues a number that is not an integer: `.`, `e`, `E`, or a sign. */
const isFraction = (character: number): boolean =>
  character === 0x2e ||
  character === code.smallE ||
  character === code.capitalE ||
  character === 0x2b ||
  character === code.minus

/** The largest safe integer has 16 digits, the largest finite number 309. */
const minRoundedDigits = 16
const maxFiniteDigits = 308

/** Removes numbers that are not finite, in place; the depth of `value` is bounded already. */
function withoutNonFinite(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) value[index] = withoutNonFinite(element)
    return value
  }
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === 'number' && !Number.isFinite(child)) Reflect.deleteProperty(value, key)
    else withoutNonFinite(child)
  }
  return value
}
