/**
 * An `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): whoever lost an answer and asks again with the same one
 * gets that answer, and nothing is made twice. Hubs on a local network have no TLS as often as not, and pages without it
 * have no `crypto.randomUUID`.
 */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
