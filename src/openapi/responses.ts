import type { Endpoint } from '../endpoints/core/define.ts'
import type { ErrorResponse } from '../http/errors.ts'
import { errorShape } from './failures.ts'
import { cachingRule } from './rules.ts'
import { jsonSchemaOf, type NamedSchemas } from './schemas.ts'

/** A response object of OpenAPI. */
export interface Response {
  description: string
  headers?: Record<string, Header>
  content?: Record<string, MediaType>
}

interface Header {
  description: string
  schema: object
  example?: string
}

interface MediaType {
  schema: object
  example?: unknown
  examples?: Record<string, { value: unknown }>
}

export type Responses = Record<string, Response>

const text = { type: 'string' }

/** The successes of an endpoint, by status. */
export function successesOf(endpoint: Endpoint, named: NamedSchemas): Responses {
  const { success, reply, example } = endpoint
  const caching = cachingRule(endpoint)
  const headers = {
    'Cache-Control': { description: 'To an anonymous caller.', schema: text, example: caching.anonymous },
  }
  if (success && 'bytes' in success) return bytes(success.bytes, headers)
  if (success && 'location' in success) {
    const location = { description: success.location, schema: { type: 'string', format: 'uri' } }
    const content = { 'text/plain': { schema: { type: 'string', format: 'uri' } } }
    return { [success.status]: { description: success.location, headers: { ...headers, Location: location }, content } }
  }
  if (success && 'events' in success)
    return { 200: { description: endpoint.summary, headers, content: events(success.events) } }
  const content = reply && {
    'application/json': {
      schema: jsonSchemaOf(reply, 'output', named),
      ...(example?.reply !== undefined && { example: example.reply }),
    },
  }
  const whole = { description: endpoint.summary, headers, ...(content && { content }) }
  if (!caching.anonymous.startsWith('public')) return { [success?.status ?? 200]: whole }
  const etag = { description: 'For `If-None-Match`.', schema: text }
  return {
    200: { ...whole, headers: { ...headers, ETag: etag } },
    304: { description: 'The caller holds this very answer: its `If-None-Match` names it.', headers: { ETag: etag } },
  }
}

function bytes(mediaTypes: readonly string[], headers: Record<string, Header>): Responses {
  const content = Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]))
  const etag = { description: 'Strong: for `If-Match`, `If-None-Match` and `If-Range`.', schema: text }
  const range = { description: 'Which bytes these are, of how many.', schema: text, example: 'bytes 0-1023/146800640' }
  return {
    200: { description: 'All bytes.', headers: { ...headers, ETag: etag }, content },
    206: {
      description: 'The bytes that `Range` names.',
      headers: { ...headers, ETag: etag, 'Content-Range': range },
      content,
    },
    304: { description: 'The caller holds these bytes: `If-None-Match` names them.', headers: { ETag: etag } },
    412: { description: 'The bytes are not those that `If-Match` names.' },
    416: { description: 'The file does not reach as far as `Range`.', headers: { 'Content-Range': range } },
  }
}

function events(meanings: Readonly<Record<string, string>>): Record<string, MediaType> {
  const lines = Object.entries(meanings).map(([name, meaning]) => `- \`${name}\`: ${meaning}`)
  const description = `Server-sent events, the data of each in JSON:\n\n${lines.join('\n')}`
  return { 'text/event-stream': { schema: { type: 'string', description } } }
}

/** The errors of an endpoint, by status, each with every body that it may have. */
export function failuresOf(errors: readonly ErrorResponse[], named: NamedSchemas): Responses {
  const byStatus = Map.groupBy(errors, ({ status }) => status)
  return Object.fromEntries([...byStatus].map(([status, sharing]) => [status, failure(status, sharing, named)]))
}

function failure(status: number, sharing: readonly ErrorResponse[], named: NamedSchemas): Response {
  const headers = sharing.flatMap(({ headers = {} }) => Object.entries(headers))
  const examples = sharing.map(({ body }, at) => [`${status}-${at + 1}`, { value: body }])
  return {
    description: meanings[status] ?? 'Refused.',
    ...(headers.length > 0 && {
      headers: Object.fromEntries(
        headers.map(([name, example]) => [
          headerNames[name] ?? name,
          { description: headerMeanings[name] ?? '', schema: text, example },
        ]),
      ),
    }),
    content: {
      'application/json': {
        schema: jsonSchemaOf(errorShape(status), 'output', named),
        ...(sharing.length === 1 ? { example: sharing[0]?.body } : { examples: Object.fromEntries(examples) }),
      },
    },
  }
}

const meanings: Readonly<Record<number, string>> = {
  400: 'A parameter or the body is not what the endpoint takes.',
  401: 'No valid token and no session. Missing, wrong, expired and revoked tokens are answered alike.',
  403: 'The caller is known, and may not.',
  404: 'There is no such thing, or it is not published.',
  405: 'The address takes other methods, which `Allow` names.',
  410: 'It was there, and is not given out any more.',
  422: 'It is there, and cannot be read.',
  429: 'A page number too far out (cursors reach everything), or too many requests: then `Retry-After` says when to try again.',
  500: 'A fault of the hub; the id is also in its log.',
  503: 'Not now. `Retry-After` tells when to ask again.',
}

const headerNames: Readonly<Record<string, string>> = {
  'www-authenticate': 'WWW-Authenticate',
  'retry-after': 'Retry-After',
  allow: 'Allow',
}

const headerMeanings: Readonly<Record<string, string>> = {
  'www-authenticate': 'How to authenticate (RFC 6750).',
  'retry-after': 'Seconds.',
  allow: 'The methods that the address takes.',
}
