import { z } from 'zod'

/** A JSON Schema of the 2020-12 dialect, as OpenAPI 3.1 holds it. */
export type JsonSchema = z.core.JSONSchema.JSONSchema

/** Schemas that have an id of their own, by it: they stand once in the document. */
export type NamedSchemas = Record<string, JsonSchema>

/**
 * What a schema takes (`input`) or gives (`output`), as JSON Schema. Parts with an id become references into `named`,
 * which gains them.
 */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output', named: NamedSchemas): JsonSchema {
  const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: clarified })
  for (const [name, part] of Object.entries($defs ?? {})) named[name] = withPlacedReferences(part) as JsonSchema
  return withPlacedReferences(root) as JsonSchema
}

const references = '#/components/schemas/'

/** Zod refers to parts within the one schema; in the document they lie elsewhere. */
function withPlacedReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlacedReferences)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      name === '$ref' && typeof part === 'string' ? part.replace('#/$defs/', references) : withPlacedReferences(part),
    ]),
  )
}

type Clarify = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>

/** What zod leaves out, or says at a length that helps nobody. */
const clarified: Clarify = ({ zodSchema, jsonSchema }) => {
  // A client may meet members that a later hub adds.
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  // The format says the same in a word.
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern
  const { def } = zodSchema._zod
  if (def.type !== 'object') return
  // Of what is read from text zod does not tell the default.
  for (const [name, member] of Object.entries((def as z.core.$ZodObjectDef).shape)) {
    const property = jsonSchema.properties?.[name]
    const given = defaultOf(member)
    if (typeof property === 'object' && given !== undefined)
      property.default = given as NonNullable<JsonSchema['default']>
  }
}

/** The default of a schema, however it is wrapped. */
function defaultOf(schema: z.core.$ZodType): unknown {
  const def = schema._zod.def as {
    type: string
    defaultValue?: unknown
    innerType?: z.core.$ZodType
    in?: z.core.$ZodType
  }
  if (def.type === 'default') return def.defaultValue
  const inner = def.innerType ?? (def.type === 'pipe' ? def.in : undefined)
  return inner && defaultOf(inner)
}
