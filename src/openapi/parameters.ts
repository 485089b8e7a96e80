import type { Endpoint } from '../endpoints/core/define.ts'
import { type JsonSchema, jsonSchemaOf, type NamedSchemas } from './schemas.ts'

/** A parameter object of OpenAPI. */
export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: JsonSchema
  style?: 'form'
  explode?: boolean
  example?: unknown
}

/** The parameters of path and query, in the form that they have in an address, and of the header. */
export function parametersOf(
  { path, params, query, example, takesIdempotencyKey }: Endpoint,
  named: NamedSchemas,
): Parameter[] {
  const inPath = membersOf(params && jsonSchemaOf(params, 'input', named))
  const inQuery = membersOf(query && jsonSchemaOf(query, 'input', named))
  return [
    ...[...path.matchAll(/:([A-Za-z]+)/g)].map(([, name = '']) => {
      const { schema = { type: 'string' } } = inPath.get(name) ?? {}
      return parameter({ name, in: 'path', required: true, schema }, example?.params?.[name])
    }),
    ...[...inQuery].map(([name, { schema, required }]) =>
      parameter({ name, in: 'query', required, schema }, example?.query?.[name]),
    ),
    ...(takesIdempotencyKey ? [idempotencyKey] : []),
  ]
}

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Chosen by the client, a new one for each operation. A retry with the same key and body by the same token or session gets the same result for 24 hours, so that a lost response strands nobody. Any other use of the key answers 422.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
}

function parameter(plain: Parameter, example: string | undefined): Parameter {
  const { description, ...schema } = plain.schema
  const isList = schema.type === 'array'
  const notes = [description, isList ? 'Repeated, or several joined by commas.' : undefined].filter(
    (note) => note !== undefined,
  )
  return {
    ...plain,
    schema,
    ...(notes.length > 0 && { description: notes.join(' ') }),
    ...(isList && { style: 'form', explode: true }),
    ...(example !== undefined && { example: exampleOf(schema, example) }),
  }
}

/** The value that a text stands for. */
function exampleOf({ type, items }: JsonSchema, text: string): unknown {
  switch (type) {
    case 'array':
      return text.split(',').map((part) => exampleOf(items as JsonSchema, part))
    case 'integer':
      return Number(text)
    case 'boolean':
      return text === 'true'
    default:
      return text
  }
}

interface Member {
  schema: JsonSchema
  required: boolean
}

/** The members of an object's schema. */
function membersOf(schema: JsonSchema | undefined): Map<string, Member> {
  const object = schema && withoutNull(schema)
  const required = new Set(object?.required)
  return new Map(
    Object.entries(object?.properties ?? {}).map(([name, member]) => [
      name,
      { schema: withoutNull(member as JsonSchema), required: required.has(name) },
    ]),
  )
}

/** In an address nothing is null: where a schema says so, it means what could not be read. */
function withoutNull({ anyOf, ...rest }: JsonSchema): JsonSchema {
  const others = anyOf?.filter((one) => typeof one !== 'object' || one.type !== 'null')
  const [only] = others ?? []
  if (others?.length === 1 && typeof only === 'object') return { ...only, ...rest }
  return { ...rest, ...(others && { anyOf: others }) }
}
