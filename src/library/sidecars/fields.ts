import { z } from 'zod'
import { withoutHexPrefix } from '../../catalog/hex-prefix.ts'
import { parseLenientJson, UnreadableJson } from '../headers/lenient-json.ts'
import type { SidecarProblem } from './claim.ts'

/** A JSON object of a sidecar, read field by field. An invalid field is reported as a problem and treated as absent. */
export type Fields = {
  /** Returns the field `key` parsed by `schema`; `undefined` if it is absent, null or invalid. */
  get<T>(key: string, schema: z.ZodType<T>): T | undefined
  /** Returns the object in the field `key`, empty if there is none. */
  object(key: string): Fields
  /** Returns the objects of the array in the field `key`. Other elements are left out. */
  objects(key: string): Fields[] | undefined
  /** Returns every field that is not null. */
  entries(): [string, unknown][]
  has(key: string): boolean
}

/** Parses the text of a JSON sidecar with {@link parseLenientJson}. Anything but an object is a problem. */
export function parseFields(text: string, problems: SidecarProblem[]): Fields {
  return fieldsOf(parseObject(text, problems), '', problems)
}

/** Wraps a parsed object. `path` is the prefix of its fields in problems. */
export function fieldsOf(object: object, path: string, problems: SidecarProblem[]): Fields {
  const values = new Map<string, unknown>(Object.entries(object).filter(([, value]) => value !== null))
  const report = (key: string, reason: string) => {
    if (problems.length < maxProblems) problems.push({ field: path + key, reason })
  }
  return {
    get: (key, schema) => {
      const value = values.get(key)
      if (value === undefined) return undefined
      const parsed = schema.safeParse(value)
      if (parsed.success) return parsed.data
      report(key, parsed.error.issues[0]?.message ?? 'Does not fit')
      return undefined
    },
    object: (key) => {
      const value = values.get(key)
      if (value !== undefined && !isObject(value)) report(key, 'Is not an object')
      return fieldsOf(isObject(value) ? value : {}, `${path}${key}.`, problems)
    },
    objects: (key) => {
      const value = values.get(key)
      if (value === undefined) return undefined
      if (!Array.isArray(value)) {
        report(key, 'Is not a list')
        return undefined
      }
      return value.slice(0, maxElements).flatMap((element, index) => {
        if (isObject(element)) return [fieldsOf(element, `${path}${key}[${index}].`, problems)]
        report(`${key}[${index}]`, 'Is not an object')
        return []
      })
    },
    entries: () => [...values],
    has: (key) => values.has(key),
  }
}

/** A positive 32-bit integer, as a number or as digits. The empty string of a stub is no id and no problem. */
export const id = z.preprocess(
  (value) => (typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value === '' ? undefined : value),
  z.int32('Is not a 32-bit integer').positive('Is not positive').optional(),
)

export const text = z.string().trim().max(2_000_000)

/** A non-empty text, cut to 1000 characters. */
export const name = text.transform((value) => (value === '' ? undefined : value.slice(0, 1000)))

export const flag = z.preprocess(
  (value) => (value === 1 || value === 'true' ? true : value === 0 || value === 'false' ? false : value),
  z.boolean(),
)

export const count = z
  .int()
  .nonnegative()
  .max(2 ** 31 - 1)

/** A time in ISO 8601, UTC if it has no zone, as Unix milliseconds. */
export const time = z.string().transform((value, context) => {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(value) || !value.includes('T') ? value : `${value}Z`
  const milliseconds = Date.parse(zoned)
  if (!Number.isNaN(milliseconds)) return milliseconds
  context.addIssue('Is not a time')
  return z.NEVER
})

/** A list of texts, or one text. Empty, duplicate and non-text elements are left out. */
export const texts = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.unknown()).transform((values) => {
    const trimmed = values.filter((value) => typeof value === 'string').map((value) => value.trim())
    return [...new Set(trimmed.filter((value) => value !== '' && value.length <= 10_000))].slice(0, 2000)
  }),
)

export const sha256 = z
  .string()
  .trim()
  .regex(/^(0x)?[0-9a-f]{64}$/i, 'Is not a SHA-256')
  .transform((value) => withoutHexPrefix(value).toUpperCase())

export const object = z.custom<Record<string, unknown>>(isObject, 'Is not an object')

const maxProblems = 100
const maxElements = 2000

function parseObject(json: string, problems: SidecarProblem[]): object {
  try {
    const value = parseLenientJson(json)
    if (isObject(value)) return value
    problems.push({ field: '', reason: 'Is JSON but not an object' })
  } catch (error) {
    if (!(error instanceof UnreadableJson)) throw error
    problems.push({ field: '', reason: error.message })
  }
  return {}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
