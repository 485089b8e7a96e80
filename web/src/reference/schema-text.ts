import type { Schema } from './operations.ts'

/** The schema that a reference stands for, by the document's named ones; anything else is itself. */
export function resolved(schema: Schema, named: Record<string, Schema>): Schema {
  const name = nameOf(schema)
  return name === undefined
    ? schema
    : { ...named[name], ...(schema.description && { description: schema.description }) }
}

/** The name that a reference goes by. */
export const nameOf = ({ $ref }: Schema): string | undefined => $ref?.split('/').at(-1)

/** What kind of value a schema takes, in words: `integer`, `list of Model`, `string or null`. */
export function kindOf(schema: Schema): string {
  const name = nameOf(schema)
  if (name !== undefined) return name
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map(kindOf))].join(' or ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const types = [schema.type ?? []].flat()
  if (types.includes('array')) return `list of ${schema.items ? kindOf(schema.items) : 'anything'}`
  if (types.includes('object') && typeof schema.additionalProperties === 'object' && !schema.properties)
    return `object of ${kindOf(schema.additionalProperties)}`
  if (types.length === 0) return schema.enum ? 'one of' : 'anything'
  return types.map((type) => formats[schema.format ?? ''] ?? type).join(' or ')
}

const formats: Readonly<Record<string, string>> = {
  'date-time': 'time (ISO 8601)',
  date: 'date',
  uri: 'address',
  binary: 'bytes',
  email: 'e-mail address',
  uuid: 'UUID',
}

/** What a value has to keep to, a phrase for each rule. */
export function boundsOf(schema: Schema): string[] {
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, minItems, maxItems } = schema
  return [
    between(minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + 1), maximum, ''),
    between(minLength, maxLength, ' characters'),
    between(minItems, maxItems, ' entries'),
  ].filter((phrase) => phrase !== undefined)
}

function between(least: number | undefined, most: number | undefined, unit: string): string | undefined {
  const [from, to] = [least, most].map((bound) => bound?.toLocaleString('en'))
  if (from !== undefined && to !== undefined) return from === to ? `${from}${unit}` : `${from} to ${to}${unit}`
  if (from !== undefined) return `at least ${from}${unit}`
  return to === undefined ? undefined : `at most ${to}${unit}`
}

/** The words that a value may be, where they are fixed; of a list, its entries. */
export const wordsOf = (schema: Schema): string[] =>
  (schema.enum ?? (schema.items ? schema.items.enum : undefined) ?? []).map(String)

/** One line of a schema's table: a member, as deep as `level`. */
export interface MemberRow {
  name: string
  level: number
  required: boolean
  schema: Schema
}

const deepest = 3

/** The members of a schema from the outside in; a named part is opened once on the way down. */
export function membersOf(schema: Schema, named: Record<string, Schema>, above: readonly string[] = []): MemberRow[] {
  const level = above.length
  if (level > deepest) return []
  const { properties = {}, required = [] } = opened(schema, named)
  return Object.entries(properties).flatMap(([name, member]) => {
    const inner = innerOf(member)
    const part = nameOf(inner)
    const below = part !== undefined && above.includes(part) ? [] : membersOf(inner, named, [...above, part ?? name])
    return [{ name, level, required: required.includes(name), schema: member }, ...below]
  })
}

/** What stands inside lists, and beside null. */
function innerOf(schema: Schema): Schema {
  const [only, ...others] = (schema.anyOf ?? schema.oneOf ?? []).filter(({ type }) => type !== 'null')
  if (only && others.length === 0) return innerOf(only)
  if (schema.items) return innerOf(schema.items)
  if (typeof schema.additionalProperties === 'object' && !schema.properties) return schema.additionalProperties
  return schema
}

function opened(schema: Schema, named: Record<string, Schema>): Schema {
  const whole = resolved(innerOf(schema), named)
  if (!whole.allOf) return whole
  const parts = whole.allOf.map((part) => resolved(part, named))
  return {
    properties: Object.assign({}, ...parts.map(({ properties }) => properties), whole.properties),
    required: [...parts, whole].flatMap(({ required = [] }) => required),
  }
}
