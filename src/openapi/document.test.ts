import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { type Endpoint, endpoint } from '../endpoints/core/define.ts'
import { flag, integer, listOf, oneOf } from '../endpoints/core/parameters.ts'
import { describeApi } from './document.ts'

const describe = (...endpoints: Endpoint[]) => describeApi(endpoints, { version: '1.2.3' })('https://hub.example')

const Thing = z.object({ id: z.int(), madeAt: z.iso.datetime() }).meta({ id: 'Thing' })
const common = { method: 'GET', path: '/api/v1/things/:id', scope: 'ModelsRead', summary: 'A thing' } as const
const answer = { reply: Thing, handle: () => ({ id: 1, madeAt: '2026-01-31T00:00:00.000Z' }) }

test('the category decides what the document says of authentication, caching and CORS', () => {
  const told = (category: Endpoint['category']) => {
    const operation = describe(endpoint({ ...common, ...answer, category })).paths['/api/v1/things/{id}']?.get
    assert.ok(operation)
    const { security, responses } = operation
    return {
      category: operation['x-category'],
      stated: /^Category: \*\*(\w+)\*\*\. /.exec(operation.description)?.[1],
      anonymous: security.some((way) => Object.keys(way).length === 0),
      caching: operation['x-caching'],
      cors: operation['x-cors'],
      refuses: Object.keys(responses).filter((status) => ['401', '403'].includes(status)),
    }
  }
  const shared = {
    anonymous: 'public, s-maxage=300, stale-while-revalidate=150',
    withToken: 'private, no-store',
  }
  const open = { anonymous: '*', withCredentials: 'trusted origins' }
  assert.deepEqual(told('public'), {
    category: 'public',
    stated: 'public',
    anonymous: true,
    caching: shared,
    cors: open,
    refuses: [],
  })
  assert.deepEqual(told('mixed'), {
    category: 'mixed',
    stated: 'mixed',
    anonymous: true,
    caching: shared,
    cors: open,
    refuses: [],
  })
  assert.deepEqual(told('authenticated'), {
    category: 'authenticated',
    stated: 'authenticated',
    anonymous: false,
    caching: { anonymous: 'private, no-store', withToken: 'private, no-store' },
    cors: { anonymous: 'trusted origins', withCredentials: 'trusted origins' },
    refuses: ['401', '403'],
  })
})

test('where no token will do, a session is the only way in, and the refusal is told', () => {
  const document = describe(endpoint({ ...common, ...answer, category: 'authenticated', sessionOnly: true }))
  const operation = document.paths['/api/v1/things/{id}']?.get
  assert.deepEqual(operation?.security, [{ session: [] }])
  assert.match(JSON.stringify(operation?.responses['403']), /A token may not do this/)
})

test('parameters stand in the document as a client writes them, with bounds and defaults', () => {
  const query = z.object({
    limit: integer({ min: 0, max: 100 }).default(20),
    kinds: listOf(['a', 'b']).optional().describe('Which kinds.'),
    nsfw: flag().optional(),
    sort: oneOf(['Newest', 'Oldest']).default('Newest'),
  })
  const params = z.object({ id: integer({ min: 0, max: 9 }) })
  const document = describe(
    endpoint({
      ...common,
      ...answer,
      category: 'public',
      params,
      query,
      example: { query: { kinds: 'a,b', limit: '3' } },
    }),
  )
  const kinds = { type: 'array', maxItems: 500, items: { type: 'string', enum: ['a', 'b'] } }
  assert.deepEqual(document.paths['/api/v1/things/{id}']?.get?.parameters, [
    { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 0, maximum: 9 } },
    {
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 0, maximum: 100, default: 20 },
      example: 3,
    },
    {
      name: 'kinds',
      in: 'query',
      required: false,
      schema: kinds,
      description: 'Which kinds. Repeated, or several joined by commas.',
      style: 'form',
      explode: true,
      example: ['a', 'b'],
    },
    { name: 'nsfw', in: 'query', required: false, schema: { type: 'boolean' } },
    {
      name: 'sort',
      in: 'query',
      required: false,
      schema: { type: 'string', enum: ['Newest', 'Oldest'], default: 'Newest' },
    },
  ])
})

test('a schema with a name stands once, however often it is referred to', () => {
  const { paths, components } = describe(
    endpoint({ ...common, ...answer, category: 'public' }),
    endpoint({
      ...common,
      path: '/api/v1/things',
      category: 'public',
      reply: z.object({ items: z.array(Thing) }),
      handle: () => ({ items: [] }),
    }),
  )
  const reference = { $ref: '#/components/schemas/Thing' }
  const schemaOf = (path: string) => paths[path]?.get?.responses['200']?.content?.['application/json']?.schema
  assert.deepEqual(schemaOf('/api/v1/things/{id}'), reference)
  assert.deepEqual(schemaOf('/api/v1/things'), {
    type: 'object',
    properties: { items: { type: 'array', items: reference } },
    required: ['items'],
  })
  assert.deepEqual(components.schemas.Thing, {
    type: 'object',
    properties: { id: { type: 'integer' }, madeAt: { type: 'string', format: 'date-time' } },
    required: ['id', 'madeAt'],
  })
})

test('what a handler throws stands in the document as the table of errors answers it', () => {
  const { paths } = describe(
    endpoint({
      ...common,
      ...answer,
      category: 'public',
      errors: [
        { kind: 'notFound', what: 'No thing with id 0' },
        { kind: 'unavailable', what: 'The thing is being read' },
      ],
    }),
  )
  const responses = paths['/api/v1/things/{id}']?.get?.responses ?? {}
  assert.deepEqual(Object.keys(responses), ['200', '304', '400', '404', '405', '429', '500', '503'])
  assert.deepEqual(responses['404']?.content?.['application/json']?.example, { error: 'No thing with id 0' })
  assert.equal(responses['503']?.headers?.['Retry-After']?.example, '2')
  assert.equal(responses['405']?.headers?.Allow?.example, 'GET, HEAD, OPTIONS')
})

test('downloads have HEAD beside GET, without bodies', () => {
  const { paths } = describe(
    endpoint({
      ...common,
      category: 'mixed',
      caching: 'no-store',
      success: { status: 307, location: 'The bytes' },
      handle: () => ({ kind: 'redirect', status: 307, location: 'https://hub.example/bytes' }),
    }),
  )
  const { get, head } = paths['/api/v1/things/{id}'] ?? {}
  assert.equal(get?.operationId, 'getThingsById')
  assert.equal(head?.operationId, 'headThingsById')
  assert.ok(head?.responses['307']?.headers?.Location)
  assert.ok(Object.values(head.responses).every((response) => !('content' in response)))
})

test('events stand in the document with what each is told for', () => {
  const success = { events: { scan: 'a scan is this far' } }
  const document = describe(
    endpoint({
      ...common,
      category: 'authenticated',
      success,
      handle: () => ({ kind: 'events', events: [] as never }),
    }),
  )
  const operation = document.paths['/api/v1/things/{id}']?.get
  const { content } = operation?.responses[200] ?? {}
  assert.deepEqual(content, {
    'text/event-stream': {
      schema: {
        type: 'string',
        description: 'Server-sent events, the data of each in JSON:\n\n- `scan`: a scan is this far',
      },
    },
  })
  assert.deepEqual(operation?.['x-caching'], { anonymous: 'no-store', withToken: 'no-store' })
})
