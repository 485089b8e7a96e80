import { z } from 'zod'
import { refusalTexts } from '../auth/sign-in/session-changes.ts'
import type { Endpoint } from '../endpoints/core/define.ts'
import { EndpointError, type Failure, ownersOnly, sessionsOnly } from '../endpoints/core/errors.ts'
import { integer } from '../endpoints/core/parameters.ts'
import { type ErrorResponse, errorResponse, methodNotAllowed, unexpectedErrorResponse } from '../http/errors.ts'
import { requiresCaller } from '../http/pipeline/authorize.ts'

/** Every error that an endpoint can give, as the table of errors answers it: what its category and schemas refuse, and what it declares. */
export function errorsOf(
  endpoint: Endpoint,
  { allow, isClosed }: { allow: string[]; isClosed: boolean },
): ErrorResponse[] {
  const { scope, asksForAccount, params, query, body, method, errors = [] } = endpoint
  const failures: Failure[] = []
  if (params || query) failures.push(wrongParameter)
  if (body) failures.push({ kind: 'invalid', text: 'The request body is not valid JSON' })
  failures.push({ kind: 'invalid', text: 'The query is not valid percent-encoded UTF-8' })
  const asksWho = requiresCaller(endpoint, isClosed)
  if (asksWho || asksForAccount) {
    failures.push({ kind: 'unauthorized' })
    const scopes = [...(asksWho ? [scope] : []), ...scopesAsked(endpoint)]
    failures.push(...scopes.map((needed) => ({ kind: 'insufficientScope' as const, scope: needed })))
  }
  failures.push({ kind: 'rateLimited', resetSeconds: 60 })
  if (endpoint.owner) failures.push(ownersOnly)
  if (endpoint.sessionOnly) failures.push(sessionsOnly)
  if (method !== 'GET')
    failures.push(
      { kind: 'forbidden', body: { error: refusalTexts['foreign page'] } },
      { kind: 'unsupportedType', what: refusalTexts['content type'] },
    )
  const known = [...failures, ...errors].map((failure) => errorResponse(new EndpointError(failure)))
  return [
    ...known.filter((answer) => answer !== undefined),
    methodNotAllowed(allow),
    unexpectedErrorResponse('0e8a6f5c5b0e4c1f-17'),
  ]
}

/** The scopes that parameters of a mixed endpoint call for. */
function scopesAsked({ query, asksForAccount }: Endpoint): string[] {
  const names = query instanceof z.ZodObject ? Object.keys(query.shape) : []
  const scopes = names.map((name) => asksForAccount?.({ [name]: ['true'] }))
  return [...new Set(scopes.filter((scope) => scope !== undefined))]
}

/** What a parameter out of its bounds is answered. */
const wrongParameter: Failure = {
  kind: 'invalid',
  issues: z.object({ limit: integer({ min: 0, max: 100 }) }).safeParse({ limit: ['101'] }).error?.issues ?? [],
}

/** Bodies of errors by status; what is not listed is a `Failure`. */
export const errorShape = (status: number): z.ZodType => shapes[status] ?? failure

const failure = z
  .looseObject({ error: z.string().describe('What went wrong, for people.') })
  .meta({ id: 'Failure', description: 'Why a request was not answered.' })

const invalidRequest = z
  .looseObject({
    error: z.union([
      z.string(),
      z.looseObject({
        name: z.literal('ZodError'),
        issues: z
          .array(
            z.looseObject({
              code: z.string(),
              path: z.array(z.union([z.string(), z.number()])).describe('Which parameter or member is wrong.'),
              message: z.string(),
            }),
          )
          .describe('At most ten of them.'),
        message: z.string().describe('The issues again, as JSON.'),
      }),
    ]),
  })
  .meta({ id: 'InvalidRequest', description: 'A parameter or the body is wrong: a text, or the issues of its schema.' })

const unauthorized = z
  .looseObject({
    error: z.literal('Unauthorized'),
    message: z.string().optional().describe('Of downloads alone: why they ask for a sign-in.'),
  })
  .meta({ id: 'Unauthorized', description: 'Nobody valid asks. Why a token is not valid is not told.' })

const forbidden = z
  .looseObject({
    error: z.string(),
    error_description: z.string().optional().describe('Which scope the token lacks.'),
    message: z.string().optional(),
    deadline: z.iso.datetime().optional().describe('When early access ends.'),
  })
  .meta({ id: 'Forbidden', description: 'The caller is known, and may not.' })

const unexpected = z
  .looseObject({ error: z.string(), requestId: z.string().describe("That of `X-Request-Id`, and in the hub's log.") })
  .meta({ id: 'Unexpected', description: 'A fault of the hub.' })

const shapes: Readonly<Record<number, z.ZodType>> = {
  400: invalidRequest,
  401: unauthorized,
  403: forbidden,
  500: unexpected,
}
