import { conflictTexts, type IdempotentRequest } from '../../auth/tokens/idempotent-requests.ts'
import { type Failure, invalid } from './errors.ts'

/**
 * Reads the `Idempotency-Key` of a request (draft-ietf-httpapi-idempotency-key-header): 1 to 255 visible ASCII characters
 * that the client chooses and sends again with a retry. Quoted (an sf-string) or not; undefined when there is none.
 * @throws EndpointError for anything else
 */
export function readIdempotencyKey(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text
  if (!/^[!-~]{1,255}$/.test(key)) throw invalid('`Idempotency-Key` has 1 to 255 visible ASCII characters')
  return key
}

/**
 * Reads the key together with what the request does, which a retry has to repeat: the method and path that the endpoint
 * declares, the parameters of the path as parsed, and the body as JSON, whatever the order of its members.
 */
export function readIdempotentRequest(
  endpoint: { method: string; path: string },
  { header, params, body }: { header: string | undefined; params: unknown; body: unknown },
): IdempotentRequest | undefined {
  const key = readIdempotencyKey(header)
  if (key === undefined) return undefined
  return { key, operation: JSON.stringify(sorted([endpoint.method, endpoint.path, params, body])) }
}

/** The same value with the members of each object in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const)
  return members.sort(([one], [other]) => (one < other ? -1 : 1))
}

/** Errors of an endpoint that takes a key, for the reference. */
export const idempotencyFailures: readonly Failure[] = [
  conflictTexts.otherRequest,
  conflictTexts.otherCaller,
  conflictTexts.secretEnded,
].map((reason) => ({ kind: 'unprocessable', reason }))
