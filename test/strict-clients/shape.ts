/*
 * Types of JSON values as SDKs declare them. Each client style interprets them in its own way: `zod-client.ts`,
 * `pydantic-client.ts`, `go-client.ts`.
 */

export type Shape =
  /** `required`: the client relies on it, so that zero and an empty text are errors as well. */
  | { kind: 'int' | 'number' | 'text' | 'flag' | 'time' | 'url' | 'any'; required?: true }
  | { kind: 'enum'; values: readonly string[] }
  | { kind: 'null' }
  | { kind: 'nullable' | 'list' | 'map'; of: Shape }
  | { kind: 'object'; fields: Readonly<Record<string, Field>> }

/** A field that can be absent is `optional`; all others are always present. */
export type Field = Shape | { kind: 'optional'; of: Shape }

export const int: Shape = { kind: 'int' }
export const number: Shape = { kind: 'number' }
export const text: Shape = { kind: 'text' }
export const flag: Shape = { kind: 'flag' }
export const time: Shape = { kind: 'time', required: true }
export const url: Shape = { kind: 'url', required: true }
export const id: Shape = { kind: 'int', required: true }
export const name: Shape = { kind: 'text', required: true }
export const any: Shape = { kind: 'any' }
export const none: Shape = { kind: 'null' }
export const oneOf = (...values: string[]): Shape => ({ kind: 'enum', values })
export const nullable = (of: Shape): Shape => ({ kind: 'nullable', of })
export const list = (of: Shape): Shape => ({ kind: 'list', of })
export const map = (of: Shape): Shape => ({ kind: 'map', of })
export const object = (fields: Readonly<Record<string, Field>>) => ({ kind: 'object' as const, fields })
export const optional = (of: Shape): Field => ({ kind: 'optional', of })

/** Reads the text of a response into a value, or throws what an SDK of this style throws. */
export type Decode = (json: string, shape: Shape) => unknown
