import type { Endpoint } from '../endpoints/core/define.ts'
import { requiresCaller } from '../http/pipeline/authorize.ts'
import { errorsOf } from './failures.ts'
import { operationIdOf } from './names.ts'
import { type Parameter, parametersOf } from './parameters.ts'
import { resourceOf } from './resources.ts'
import { failuresOf, type Responses, successesOf } from './responses.ts'
import { type CachingRule, type CorsRule, cachingRule, corsRule } from './rules.ts'
import { jsonSchemaOf, type NamedSchemas } from './schemas.ts'

/** An operation object of OpenAPI, with what the hub adds to it. */
export interface Operation {
  operationId: string
  summary: string
  /** Begins with the category, for viewers that do not show `x-category`. */
  description: string
  tags: string[]
  /** Decides authentication, CORS and caching together. */
  'x-category': Endpoint['category']
  /** The scope that a token needs: authenticated endpoints refuse without it, others answer as to nobody. */
  'x-scope': string
  /** Only accounts that own the hub may. */
  'x-owner'?: true
  'x-caching': CachingRule
  'x-cors': CorsRule
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: object
  responses: Responses
}

/** What the document says of one endpoint, of a hub that may be closed; parts of schemas with a name go to `named`. */
export function operationOf(
  endpoint: Endpoint,
  { allow, named, isClosed }: { allow: string[]; named: NamedSchemas; isClosed: boolean },
): Operation {
  const { method, summary, description, category, scope } = endpoint
  const parameters = parametersOf(endpoint, named)
  const body = requestBodyOf(endpoint, named)
  return {
    operationId: operationIdOf(endpoint, method),
    summary,
    description: [categoryText(endpoint, isClosed), description].filter((text) => text !== undefined).join('\n\n'),
    tags: [resourceOf(endpoint).name],
    'x-category': category,
    'x-scope': scope,
    ...(endpoint.owner && { 'x-owner': true as const }),
    'x-caching': cachingRule(endpoint),
    'x-cors': corsRule(endpoint),
    security: securityOf(endpoint, isClosed),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: { ...successesOf(endpoint, named), ...failuresOf(errorsOf(endpoint, { allow, isClosed }), named) },
  }
}

/** States the category and what follows from it for a caller, in Markdown. */
function categoryText(endpoint: Endpoint, isClosed: boolean): string {
  const { category, owner, sessionOnly } = endpoint
  const needsToken = requiresCaller(endpoint, isClosed)
  if (category === 'public' && !needsToken) return 'Category: **public**. The same response with or without a token.'
  if (category === 'mixed' && !needsToken)
    return 'Category: **mixed**. A full response without a token, a personal one with a valid token or session.'
  const ways = sessionOnly ? 'a session' : 'a valid token or session'
  return `Category: **${category}**. 401 without ${ways}${owner ? '; only for owners of the hub' : ''}.`
}

/** HEAD answers like GET, without the body. */
export function headOf(operation: Operation, endpoint: Endpoint): Operation {
  const responses = Object.entries(operation.responses).map(([status, { content: _, ...rest }]) => [status, rest])
  return {
    ...operation,
    operationId: operationIdOf(endpoint, 'HEAD'),
    summary: `${operation.summary} (headers alone)`,
    responses: Object.fromEntries(responses),
  }
}

/** The ways to say who asks; where nobody has to, none of them comes first. */
function securityOf(endpoint: Endpoint, isClosed: boolean): Record<string, string[]>[] {
  const asksWho = requiresCaller(endpoint, isClosed)
  const scopes = asksWho ? [endpoint.scope] : []
  if (endpoint.sessionOnly) return [{ session: [] }]
  const ways = [{ bearerAuth: scopes }, { tokenQuery: scopes }, { session: [] }]
  return asksWho ? ways : [{}, ...ways]
}

function requestBodyOf({ body, bodyType, example }: Endpoint, named: NamedSchemas) {
  if (!body) return undefined
  const schema = jsonSchemaOf(body, 'input', named)
  const media = { schema, ...(example?.body !== undefined && { example: example.body }) }
  return {
    required: true,
    content: { [bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json']: media },
  }
}
