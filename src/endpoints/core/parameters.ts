import { z } from 'zod'

/*
 * The forms that parameters take in a query. Each gets the list of a parameter's non-empty values (an empty one is as
 * if absent, contract §1), and gives what the handler works with. Of a scalar given twice the first counts.
 */

const first = (value: unknown) => (Array.isArray(value) ? value[0] : value)
const commaSeparated = (value: unknown) =>
  Array.isArray(value)
    ? value
        .flatMap((text: string) => text.split(','))
        .map((text) => text.trim())
        .filter(Boolean)
    : value

const maxId = 2 ** 31 - 1
const dayMs = 86_400_000

/** Decimal integer within bounds. */
export const integer = ({ min, max }: { min: number; max: number }) =>
  z.preprocess((value) => {
    const text = first(value)
    return typeof text === 'string' && /^[+-]?\d{1,16}$/.test(text.trim()) ? Number(text) : text
  }, z.int().min(min).max(max))

/** The id of anything: 32-bit, positive. */
export const id = () => integer({ min: 1, max: maxId })

const words: Record<string, boolean> = {
  true: true,
  '1': true,
  false: false,
  '0': false,
  yes: true,
  no: false,
  on: true,
  off: false,
}

/** `true`, `false`, `1`, `0` (and yes, no, on, off) in any letter case. */
export const flag = () =>
  z.preprocess((value) => {
    const text = first(value)
    return typeof text === 'string' ? (words[text.trim().toLowerCase()] ?? text) : text
  }, z.boolean())

export const text = (longest = 500) => z.preprocess(first, z.string().max(longest))

/**
 * A time in ISO 8601, in UTC unless it names a zone, or a day: as Unix milliseconds. A day begins a span with its first
 * millisecond, and ends one with its last.
 */
export const time = (bound: 'from' | 'to') =>
  z
    .preprocess(
      first,
      z.union([z.iso.date(), z.iso.datetime({ offset: true, local: true })], {
        error: 'Expected a date or a time in ISO 8601',
      }),
    )
    .transform((text) => {
      if (!text.includes('T')) return Date.parse(text) + (bound === 'to' ? dayMs - 1 : 0)
      return Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`)
    })

export const oneOf = <const Names extends readonly string[]>(names: Names) => z.preprocess(first, z.enum(names))

/** Repeated, joined by commas, or one. */
export const listOf = <const Names extends readonly string[]>(names: Names) =>
  z.preprocess(commaSeparated, z.array(z.enum(names)).max(500))

export const textList = () => z.preprocess(commaSeparated, z.array(z.string().max(200)).max(500))

/** At least `min` ids, where the parameter has a value at all. */
export const idList = ({ min = 0, max = 500 }: { min?: number; max?: number } = {}) =>
  z.preprocess(
    (value) => {
      const parts = commaSeparated(value)
      return Array.isArray(parts) ? parts.map((part: string) => (/^\d{1,15}$/.test(part) ? Number(part) : part)) : parts
    },
    z.array(z.int().min(0).max(maxId)).min(min).max(max),
  )
