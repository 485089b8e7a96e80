import { z } from 'zod'
import type { Decode, Field, Shape } from './shape.ts'

/** As TypeScript SDKs with zod: every key is known, nothing is null or absent that is not declared so. */
export const decodeLikeZod: Decode = (json, shape) => schemaOf(shape).parse(JSON.parse(json))

function schemaOf(shape: Shape): z.ZodType {
  switch (shape.kind) {
    case 'int':
      return shape.required ? z.int().positive() : z.int()
    case 'number':
      return z.number()
    case 'text':
      return shape.required ? z.string().min(1) : z.string()
    case 'flag':
      return z.boolean()
    case 'time':
      return z.iso.datetime({ offset: true })
    case 'url':
      return z.url({ protocol: /^https?$/ })
    case 'any':
      return z.unknown()
    case 'enum':
      return z.enum(shape.values as [string, ...string[]])
    case 'null':
      return z.null()
    case 'nullable':
      return schemaOf(shape.of).nullable()
    case 'list':
      return z.array(schemaOf(shape.of))
    case 'map':
      return z.record(z.string(), schemaOf(shape.of))
    case 'object':
      return z.strictObject(
        Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, fieldOf(field)])),
      )
  }
}

const fieldOf = (field: Field) => (field.kind === 'optional' ? schemaOf(field.of).optional() : schemaOf(field))
