import { redactTokens } from '../auth/tokens/token-format.ts'
import { type ErrorResponse, errorResponse, unexpectedErrorResponse } from './errors.ts'
import { type HttpResponse, jsonResponse } from './response.ts'

/** What a handler threw, as it goes out. What nobody foresaw is logged under the id of the request. */
export function failureResponse(
  error: unknown,
  requestId: string,
  logFailure: (requestId: string, error: unknown) => void,
): HttpResponse & { body: string } {
  const known: ErrorResponse | undefined = errorResponse(error)
  if (!known) logFailure(requestId, error)
  const { status, body, headers } = known ?? unexpectedErrorResponse(requestId)
  const answer = jsonResponse(status, body, headers)
  // What is wrong with a request is told in its own words, but for a secret among them.
  return { ...answer, body: redactTokens(String(answer.body)) }
}
