import fc from 'fast-check'

/** A schema of the OpenAPI document's requests, as far as they are told in one. */
export interface RequestSchema {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly RequestSchema[]
  properties?: Readonly<Record<string, RequestSchema>>
  required?: readonly string[]
  items?: RequestSchema
  maxItems?: number
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
}

/** JSON values that mostly fit a schema, and at any depth do not. */
export const valuesNear = (schema: RequestSchema): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 9, arbitrary: valuesOf(schema) }, { weight: 1, arbitrary: oddValues })

/** What no endpoint asks for, and every one may be sent. */
export const oddTexts = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e3',
    '2147483648',
    '9007199254740993',
    '1e999',
    'NaN',
    'null',
    'true',
    '[]',
    '{}',
  ),
  fc.constantFrom(
    '%',
    '%zz',
    '%00',
    '\0',
    '..',
    '../..',
    '/',
    '//',
    '\\',
    "' or 1=1 --",
    '*',
    '"',
    '<script>',
    '\u202e',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 20 }).map((text) => text.repeat(200)),
)

const oddValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  oddTexts,
  fc.constantFrom(-1, 0, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e300, null, [], {}, { __proto__: null, length: 1e9 }),
  fc.integer({ min: 1, max: 400 }).map((depth) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)),
)

function valuesOf(schema: RequestSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valuesNear))
  switch (schema.type) {
    case 'object':
      return objects(schema)
    case 'array':
      return fc.array(valuesNear(schema.items ?? {}), { maxLength: Math.min(schema.maxItems ?? 5, 5) })
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -(2 ** 31), max: schema.maximum ?? 2 ** 31 })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return texts(schema)
    default:
      return oddValues
  }
}

function objects({ properties = {}, required = [] }: RequestSchema): fc.Arbitrary<unknown> {
  const members = Object.entries(properties).map(([name, member]) => [name, valuesNear(member)] as const)
  return fc.record(Object.fromEntries(members), { requiredKeys: [...required] })
}

function texts({ format, pattern, minLength = 0, maxLength = 60 }: RequestSchema): fc.Arbitrary<string> {
  if (format === 'date-time') return dates.map((date) => date.toISOString())
  if (format === 'date') return dates.map((date) => date.toISOString().slice(0, 10))
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, Math.max(60, minLength)) })
}

const dates = fc.date({ min: new Date('2000-01-01'), max: new Date('2060-01-01'), noInvalidDate: true })
