import createClient from 'openapi-fetch'
import type { paths } from './schema'

/** What every page asks the hub through: typed by the OpenAPI document, on the page's own origin, with its session. */
export const api = createClient<paths>({ baseUrl: location.origin, credentials: 'same-origin' })

/** A refusal or failure of the hub; `status` 0 when it did not answer at all. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * The value of an answer.
 * @throws ApiError with a text for people
 */
export async function answerOf<Value>(
  asking: Promise<{ data?: Value; error?: unknown; response: Response }>,
): Promise<Value> {
  const { data, error, response } = await asking.catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === 'AbortError') throw reason
    throw new ApiError(0, 'The hub does not answer. Is it running, and are you connected?')
  })
  if (response.ok) return data as Value
  throw new ApiError(response.status, reasonOf(error, response.status))
}

/** What the hub says of a failure: `error` is a text, or the issues of a schema (`docs/guides/errors.md`). */
export function reasonOf(body: unknown, status: number): string {
  const { error, message, requestId } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >
  if (status === 401) return 'You are not signed in, or your session has ended.'
  if (typeof error === 'string')
    return typeof requestId === 'string'
      ? `${error} (request ${requestId})`
      : error === 'insufficient_scope'
        ? 'This key may not do that.'
        : error
  const issues = (error as { issues?: { path?: unknown[]; message?: string }[] } | undefined)?.issues
  const [issue] = issues ?? []
  if (issue) return [issue.path?.join('.'), issue.message].filter(Boolean).join(': ')
  return typeof message === 'string' ? message : `The hub answered ${status}.`
}
