/*
 * The OpenAPI document as the pages read it. Every list on them is made from it, so that a new endpoint has its place
 * as soon as the hub knows it.
 */

export type Category = 'public' | 'mixed' | 'authenticated'

/** As far as the hub's schemas go: JSON Schema of the 2020-12 dialect. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  pattern?: string
  description?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}

export interface Parameter {
  name: string
  in: 'path' | 'query'
  required: boolean
  description?: string
  schema: Schema
  example?: unknown
}

export interface MediaType {
  schema: Schema
  example?: unknown
  examples?: Record<string, { value: unknown }>
}

export interface ResponseDescription {
  description: string
  headers?: Record<string, { description: string; example?: string }>
  content?: Record<string, MediaType>
}

interface OperationObject {
  operationId: string
  summary: string
  description?: string
  tags: string[]
  'x-category': Category
  'x-scope': string
  'x-owner'?: true
  'x-caching': { anonymous: string; withToken: string }
  'x-cors': { anonymous: string; withCredentials: string }
  /** Ways to say who asks, any of which does. */
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, MediaType> }
  responses: Record<string, ResponseDescription>
}

export interface ApiDocument {
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, OperationObject>>
  components: { schemas: Record<string, Schema> }
}

/** An operation with what only its place in the document says. */
export interface Operation extends OperationObject {
  method: string
  path: string
}

/** What one page of the reference shows: the operations on one resource. */
export interface Resource {
  /** In the address of its page. */
  slug: string
  name: string
  description: string
  operations: Operation[]
}

/** Every resource that has operations, in the order of the document. */
export function resourcesOf({ tags, paths }: ApiDocument): Resource[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  )
  return tags
    .map(({ name, description }) => ({
      slug: slugOf(name),
      name,
      description,
      operations: operations.filter(({ tags: [first] }) => first === name),
    }))
    .filter((resource) => resource.operations.length > 0)
}

/** `Model versions` in an address: `model-versions`. */
export const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')

/** The resources with those operations that hold every word of `text` in method, path, category, scope or summary. */
export function filterResources(resources: readonly Resource[], text: string): Resource[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const isMeant = (operation: Operation, name: string) => {
    const { method, path, summary } = operation
    const told = [name, method, path, summary, operation['x-category'], operation['x-scope']].join(' ').toLowerCase()
    return words.every((word) => told.includes(word))
  }
  return resources
    .map((resource) => ({
      ...resource,
      operations: resource.operations.filter((operation) => isMeant(operation, resource.name)),
    }))
    .filter(({ operations }) => operations.length > 0)
}

/** Whether a request may change something: GET and HEAD never do, others unless they only need a scope for reading. */
export const mayChange = ({ method, 'x-scope': scope }: Pick<Operation, 'method' | 'x-scope'>): boolean =>
  method !== 'GET' && method !== 'HEAD' && !scope.endsWith('Read')
