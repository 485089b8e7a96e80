import { invalid } from './errors.ts'

/**
 * The `Idempotency-Key` of a request (draft-ietf-httpapi-idempotency-key-header): 1 to 255 visible characters that the client
 * makes up, the same again when it asks again because the answer was lost. Quoted or not.
 * @throws EndpointError for anything else
 */
export function readIdempotencyKey(header: (name: string) => string | undefined): string | undefined {
  const text = header('idempotency-key')
  if (text === undefined) return undefined
  const key = /^"(.*)"$/.exec(text)?.[1] ?? text
  if (!/^[!-~]{1,255}$/.test(key)) throw invalid('`Idempotency-Key` has 1 to 255 visible ASCII characters')
  return key
}
