import type { Decode, Shape } from './shape.ts'

/**
 * As Python SDKs with pydantic in strict mode: types are not converted, required fields are there, `None` only where the
 * type is `Optional`, enum members exact. Unknown keys are ignored.
 */
export const decodeLikePydantic: Decode = (json, shape) => {
  const value: unknown = JSON.parse(json)
  check(value, shape, '$')
  return value
}

class ValidationError extends Error {
  override name = 'ValidationError'
}

function check(value: unknown, shape: Shape, at: string): void {
  const demand = (holds: boolean, expected: string) => {
    if (!holds) throw new ValidationError(`${at}: expected ${expected}, got ${JSON.stringify(value)?.slice(0, 80)}`)
  }
  switch (shape.kind) {
    case 'int':
      demand(Number.isSafeInteger(value), 'int')
      break
    case 'number':
      demand(typeof value === 'number', 'float')
      break
    case 'text':
      demand(typeof value === 'string' && !(shape.required && value === ''), 'str')
      break
    case 'flag':
      demand(typeof value === 'boolean', 'bool')
      break
    case 'time':
      demand(
        typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/.test(value),
        'datetime with a zone',
      )
      break
    case 'url':
      demand(typeof value === 'string' && URL.canParse(value), 'HttpUrl')
      break
    case 'any':
      break
    case 'enum':
      demand(typeof value === 'string' && shape.values.includes(value), `one of ${shape.values}`)
      break
    case 'null':
      demand(value === null, 'None')
      break
    case 'nullable':
      if (value !== null) check(value, shape.of, at)
      break
    case 'list':
      demand(Array.isArray(value), 'list')
      for (const [index, item] of (value as unknown[]).entries()) check(item, shape.of, `${at}[${index}]`)
      break
    case 'map':
      demand(isObject(value), 'dict')
      for (const [key, item] of Object.entries(value as object)) check(item, shape.of, `${at}.${key}`)
      break
    case 'object':
      demand(isObject(value), 'object')
      for (const [key, field] of Object.entries(shape.fields)) {
        const held = (value as Record<string, unknown>)[key]
        if (field.kind !== 'optional') check(held, field, `${at}.${key}`)
        else if (held !== undefined && held !== null) check(held, field.of, `${at}.${key}`)
      }
  }
}

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)
