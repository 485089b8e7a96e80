import type { Endpoint } from '../endpoints/core/define.ts'
import { allowedMethods } from '../http/route-matcher.ts'
import { templateOf } from './names.ts'
import { headOf, type Operation, operationOf } from './operation.ts'
import { resourceOf } from './resources.ts'
import type { JsonSchema, NamedSchemas } from './schemas.ts'
import { securitySchemes } from './security.ts'

/** An OpenAPI document of version 3.1, as far as the hub fills it in. */
export type OpenApiDocument = {
  openapi: '3.1.1'
  info: object
  servers: { url: string; description: string }[]
  tags: { name: string; description: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: object }
}

/**
 * Describes `endpoints` from their declarations alone. What it gives makes the document for callers at an origin; all
 * but that is made once, when it is first asked for.
 */
export function describeApi(
  endpoints: readonly Endpoint[],
  { version, isClosed = false }: { version: string; isClosed?: boolean },
): (origin: string) => OpenApiDocument {
  let made: Omit<OpenApiDocument, 'servers'> | undefined
  return (origin) => {
    made ??= describe(endpoints, { version, isClosed })
    const { openapi, info, ...rest } = made
    return { openapi, info, servers: [{ url: origin, description: 'This hub' }], ...rest }
  }
}

function describe(
  endpoints: readonly Endpoint[],
  { version, isClosed }: { version: string; isClosed: boolean },
): Omit<OpenApiDocument, 'servers'> {
  const named: NamedSchemas = {}
  const paths: OpenApiDocument['paths'] = {}
  for (const [path, sharing] of Map.groupBy(endpoints, (endpoint) => endpoint.path)) {
    const allow = allowedMethods(sharing)
    const operations: Record<string, Operation> = {}
    for (const endpoint of sharing) {
      const operation = operationOf(endpoint, { allow, named, isClosed })
      operations[endpoint.method.toLowerCase()] = operation
      if (isFetched(endpoint)) operations.head = headOf(operation, endpoint)
    }
    paths[templateOf(path)] = operations
  }
  const tags = [...new Map(endpoints.map(resourceOf).map((resource) => [resource.name, resource])).values()]
  return {
    openapi: '3.1.1',
    info: { ...about, version, ...(isClosed && { description: `${about.description}\n\n${closedHub}` }) },
    tags,
    paths,
    components: { schemas: sorted(named), securitySchemes },
  }
}

const about = {
  title: 'modelkeep',
  summary: 'A self-hosted hub for AI models that speaks the Civitai site API',
  description: [
    'Every endpoint has a category, and authentication, CORS and caching follow from it:',
    '',
    '- **public**: the same answer for everybody, with or without a token;',
    '- **mixed**: a full answer for everybody, a personal one for whoever sends a valid token;',
    '- **authenticated**: 401 without a valid token or a session.',
    '',
    'Parameters that are empty are as if absent, and unknown ones are ignored. Lists are repeated parameters, or one with',
    'commas. Booleans are `true` or `false`; `1` and `0`, `yes` and `no`, `on` and `off` are understood as well.',
    'Times are ISO 8601 in UTC.',
  ].join('\n'),
  license: { name: 'MIT', identifier: 'MIT' },
}

const closedHub = [
  '**This hub is closed to anonymous callers.** Public and mixed endpoints, too, answer 401 without a valid token or a',
  'session, and 403 to a token without their scope; those alone stay open that let people in.',
].join('\n')

/** Whoever downloads asks for the headers first. HEAD works at every GET; here alone clients rely on it. */
const isFetched = ({ method, success }: Endpoint): boolean =>
  method === 'GET' && success !== undefined && !('status' in success && success.status < 300)

const sorted = (schemas: NamedSchemas): NamedSchemas =>
  Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)))
