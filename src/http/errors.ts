import type { z } from 'zod'
import { diskFullMessage } from '../auth/accounts/disk-full-text.ts'
import { EndpointError, type Failure } from '../endpoints/core/errors.ts'
import { readRefusal } from '../request-context/request-context.ts'
import type { HeaderList } from './pipeline/cache-and-cors-policy.ts'

/** An error as it goes out: always JSON with a text or an object under `error`. */
export interface ErrorResponse {
  status: number
  body: { error: unknown; [more: string]: unknown }
  headers?: HeaderList
}

/** The one table from failures to answers (contract §1, §5). */
const answers: { [Kind in Failure['kind']]: (failure: Extract<Failure, { kind: Kind }>) => ErrorResponse } = {
  invalid: ({ issues, text }) => ({ status: 400, body: { error: issues ? describeIssues(issues) : text } }),
  unauthorized: ({ message }) => ({
    status: 401,
    body: { error: 'Unauthorized', ...(message !== undefined && { message }) },
    headers: { 'www-authenticate': 'Bearer' },
  }),
  insufficientScope: ({ scope }) => ({
    status: 403,
    body: { error: 'insufficient_scope', error_description: `Token does not have ${scope} scope` },
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  }),
  forbidden: ({ body }) => ({ status: 403, body }),
  notFound: ({ what }) => ({ status: 404, body: { error: what } }),
  gone: ({ what }) => ({ status: 410, body: { error: what } }),
  unsupportedType: ({ what }) => ({ status: 415, body: { error: what } }),
  unprocessable: ({ reason }) => ({ status: 422, body: { error: reason } }),
  tooDeep: () => ({
    status: 429,
    body: { error: "You've requested too many pages, please use cursors instead" },
  }),
  rateLimited: ({ resetSeconds }) => ({
    status: 429,
    body: { error: `Too many requests. Try again in ${resetSeconds} s.` },
    headers: { 'retry-after': String(resetSeconds) },
  }),
  tooManyAttempts: () => ({
    status: 429,
    body: { error: 'Too many attempts. Try again in a minute.' },
    headers: { 'retry-after': '60' },
  }),
  unavailable: ({ what }) => ({ status: 503, body: { error: what }, headers: { 'retry-after': '2' } }),
}

/** The response to an error that is due to a full disk; undefined for any other error. */
export function diskFullResponse(error: unknown): (ErrorResponse & { body: { error: string } }) | undefined {
  const text = diskFullMessage(error)
  if (text === undefined) return undefined
  return { status: 503, body: { error: text }, headers: { 'retry-after': '30' } }
}

/** What an endpoint threw, as an answer; undefined for anything unexpected. */
export function errorResponse(error: unknown): ErrorResponse | undefined {
  const unread = readRefusal(error)
  if (unread)
    return {
      status: 503,
      body: { error: `The hub is busy. Try again in ${unread.retryAfterSeconds} s.` },
      headers: { 'retry-after': String(unread.retryAfterSeconds) },
    }
  if (!(error instanceof EndpointError)) return diskFullResponse(error)
  const answer = answers[error.failure.kind] as (failure: Failure) => ErrorResponse
  return answer(error.failure)
}

/** The answer to what nobody foresaw: the id is also in the log, nothing else is told. */
export const unexpectedErrorResponse = (requestId: string): ErrorResponse => ({
  status: 500,
  body: { error: 'An unexpected error occurred', requestId },
})

export const methodNotAllowed = (allow: string[]): ErrorResponse => ({
  status: 405,
  body: { error: 'Method not allowed' },
  headers: { allow: allow.join(', ') },
})

/** One wrong value in a list of hundreds is enough to know; an answer must not be a thousand times its question. */
const maxIssuesShown = 10

/** Clients read the issues either as a list or, with current zod, as JSON in `message`; both are there. */
function describeIssues(issues: z.core.$ZodIssue[]) {
  const shown = issues
    .slice(0, maxIssuesShown)
    .map(({ code, path, message, input: _, ...more }) => ({ ...more, code, path, message }))
  return { name: 'ZodError', issues: shown, message: JSON.stringify(shown, null, 2) }
}
