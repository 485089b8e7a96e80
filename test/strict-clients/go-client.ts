import type { Decode, Shape } from './shape.ts'

/**
 * As Go SDKs with `encoding/json` and a validator of `required` fields. A value of another JSON type fails the whole
 * document. A number must be written as an integer to fit an integer field (`1.0` and `1e3` do not), within 64 bits, and
 * ids within 32. null and absent fields leave the zero value, which `required` then refuses. Keys match exactly first.
 */
export const decodeLikeGo: Decode = (json, shape) => {
  const read = JSON.parse as (text: string, reviver: Reviver) => unknown
  const value = unmarshal(read(json, withSource), shape, '$')
  validate(value, shape, '$')
  return value
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown

/** A number as it is written. */
class Literal {
  readonly source: string
  constructor(source: string) {
    this.source = source
  }
}

const withSource: Reviver = (_key, value, { source }) =>
  typeof value === 'number' ? new Literal(source ?? String(value)) : value

class UnmarshalTypeError extends Error {
  override name = 'UnmarshalTypeError'
}

const zeroOf = (shape: Shape): unknown => {
  switch (shape.kind) {
    case 'int':
      return 0n
    case 'number':
      return 0
    case 'flag':
      return false
    case 'text':
    case 'time':
    case 'url':
    case 'enum':
      return ''
    case 'object':
      return Object.fromEntries(
        Object.entries(shape.fields).map(([key, field]) => [key, field.kind === 'optional' ? null : zeroOf(field)]),
      )
    default:
      return null
  }
}

function unmarshal(value: unknown, shape: Shape, at: string): unknown {
  // A pointer becomes nil, everything else stays as it is.
  if (value === null || value === undefined) return zeroOf(shape)
  const demand = (holds: boolean, type: string) => {
    if (!holds) throw new UnmarshalTypeError(`cannot unmarshal ${describe(value)} into Go value ${at} of type ${type}`)
  }
  switch (shape.kind) {
    case 'int': {
      demand(value instanceof Literal && /^-?\d+$/.test(value.source), 'int64')
      const parsed = BigInt((value as Literal).source)
      const bits = shape.required ? 32 : 64
      demand(BigInt.asIntN(bits, parsed) === parsed, `int${bits}`)
      return parsed
    }
    case 'number':
      demand(value instanceof Literal, 'float64')
      return Number((value as Literal).source)
    case 'flag':
      demand(typeof value === 'boolean', 'bool')
      return value
    case 'time':
      demand(
        typeof value === 'string' && !Number.isNaN(Date.parse(value)) && /(Z|[+-]\d\d:\d\d)$/.test(value),
        'time.Time',
      )
      return value
    case 'text':
    case 'url':
    case 'enum':
      demand(typeof value === 'string', 'string')
      return value
    case 'any':
      return value
    case 'null':
      // Declared as a pointer to anything.
      return value
    case 'nullable':
      return unmarshal(value, shape.of, at)
    case 'list':
      demand(Array.isArray(value), 'slice')
      return (value as unknown[]).map((item, index) => unmarshal(item, shape.of, `${at}[${index}]`))
    case 'map':
      demand(isObject(value), 'map')
      return Object.fromEntries(
        Object.entries(value as object).map(([key, item]) => [key, unmarshal(item, shape.of, `${at}.${key}`)]),
      )
    case 'object':
      demand(isObject(value), 'struct')
      return Object.fromEntries(
        Object.entries(shape.fields).map(([key, field]) => {
          const held = (value as Record<string, unknown>)[key]
          if (field.kind !== 'optional') return [key, unmarshal(held, field, `${at}.${key}`)]
          return [key, held === undefined ? null : unmarshal(held, field.of, `${at}.${key}`)]
        }),
      )
  }
}

/** `validate:"required"` of the fields that a client relies on, and `oneof` of enumerations. */
function validate(value: unknown, shape: Shape, at: string): void {
  const isMissing = value === 0n || value === '' || value === null
  if ('required' in shape && shape.required && isMissing) throw new Error(`${at} is required`)
  if (shape.kind === 'enum' && !shape.values.includes(value as string))
    throw new Error(`${at} is not one of ${shape.values}`)
  // A client that ranges over a list or indexes it tells nil from empty in what it writes again.
  if (shape.kind === 'list' && !Array.isArray(value)) throw new Error(`${at} is nil`)
  if (shape.kind === 'list')
    for (const [index, item] of (value as unknown[]).entries()) validate(item, shape.of, `${at}[${index}]`)
  if (shape.kind === 'nullable' && value !== null && shape.of.kind === 'object') validate(value, shape.of, at)
  if (shape.kind !== 'object') return
  for (const [key, field] of Object.entries(shape.fields)) {
    const held = (value as Record<string, unknown>)[key]
    if (field.kind !== 'optional') validate(held, field, `${at}.${key}`)
    else if (held !== null) validate(held, field.of, `${at}.${key}`)
  }
}

const isObject = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Literal)

const describe = (value: unknown) => (value instanceof Literal ? `number ${value.source}` : typeof value)
