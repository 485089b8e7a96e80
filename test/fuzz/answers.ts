import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Answer } from '../conformance/hub.ts'
import type { ApiDocument, FuzzedRequest } from './requests.ts'

/** What is wrong with the answer to a request; undefined when nothing is. */
export type Judge = (request: FuzzedRequest, answer: Answer) => string | undefined

/** What the server refuses before it knows which operation is meant: RFC 9110 §15.5. */
const refusedByTheServer = [400, 404, 405, 413, 414, 415, 421, 431]

/** Judges answers by the document: no failure of the hub, no status and no body that the document does not tell. */
export function judgeBy(document: ApiDocument & { components: object }): Judge {
  const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: false, validateFormats: true }))
  const schemas = new Map<string, ValidateFunction | undefined>()
  const shapeOf = (operation: string, status: number) => {
    const key = `${operation} ${status}`
    if (!schemas.has(key)) {
      const schema = operationOf(document, operation)?.responses[status]?.content?.['application/json']?.schema
      schemas.set(key, schema && ajv.compile({ ...schema, components: document.components }))
    }
    return schemas.get(key)
  }

  return (request, { status, headers, body }) => {
    if (status >= 500) return `${status}: ${body.toString().slice(0, 300)}`
    const caching = headers['cache-control'] ?? ''
    const isShared = /public|s-maxage/.test(caching)
    if (status >= 400 && isShared) return `a refusal in shared caches: ${caching}`
    if (/[?&]token=[^&]/.test(request.target) && isShared) return `an answer to ?token= in shared caches: ${caching}`
    const isJson = /^application\/json/.test(headers['content-type'] ?? '')
    const value: unknown = isJson && body.length > 0 ? JSON.parse(body.toString()) : undefined
    if (request.operation === 'undeclared') return undefined
    if (status >= 400 && request.method !== 'HEAD' && !hasError(value)) return `${status} without an error in JSON`
    const told = operationOf(document, request.operation)?.responses[status] !== undefined
    if (!told && !refusedByTheServer.includes(status)) return `${status}, of which the document tells nothing`
    const fits = value === undefined ? undefined : shapeOf(request.operation, status)
    if (fits && !fits(value))
      return `${status} with a body that the document does not tell: ${ajv.errorsText(fits.errors)}`
    return undefined
  }
}

const hasError = (value: unknown): boolean => typeof value === 'object' && value !== null && 'error' in value

function operationOf({ paths }: ApiDocument, operation: string) {
  const [method = '', path = ''] = operation.split(' ')
  return paths[path]?.[method]
}
