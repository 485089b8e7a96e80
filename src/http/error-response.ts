import { hideTokens } from '../auth/tokens/token-format.ts'
import { type ErrorAnswer, errorAnswer, unexpectedAnswer } from './errors.ts'
import { type Answer, jsonAnswer } from './response.ts'

/** What a handler threw, as it goes out. What nobody foresaw is logged under the id of the request. */
export function failureAnswer(
  error: unknown,
  requestId: string,
  logFailure: (requestId: string, error: unknown) => void,
): Answer & { body: string } {
  const known: ErrorAnswer | undefined = errorAnswer(error)
  if (!known) logFailure(requestId, error)
  const { status, body, headers } = known ?? unexpectedAnswer(requestId)
  const answer = jsonAnswer(status, body, headers)
  // What is wrong with a request is told in its own words, but for a secret among them.
  return { ...answer, body: hideTokens(String(answer.body)) }
}
