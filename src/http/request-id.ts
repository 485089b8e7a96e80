import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { redactTokens } from '../auth/tokens/token-format.ts'

/** What tells who asked for which id. */
export interface IdentifiableRequest {
  headers: IncomingHttpHeaders
  socket: { remoteAddress?: string | undefined }
}

/** No line break, no quote, nothing that a log or a header would have to escape; UUIDs, ULIDs and the ids of load balancers fit. */
const acceptableId = /^[\w.:=+/@-]{1,128}$/

/**
 * Gives each request its id, which its answer carries as `X-Request-Id`, and so does what is logged of it: that of a proxy
 * that is trusted, or one of our own, unique among all processes without asking for randomness each time.
 */
export function openRequestIds(isProxy: (address: string) => boolean): (request: IdentifiableRequest) => string {
  const process = randomBytes(8).toString('hex')
  let count = 0
  return ({ headers, socket }) => {
    const given = headers['x-request-id']
    if (typeof given === 'string' && isProxy(socket.remoteAddress ?? '') && isAcceptable(given)) return given
    return `${process}-${++count}`
  }
}

/** A proxy may pass on whatever its client said, a token too. */
const isAcceptable = (given: string): boolean => acceptableId.test(given) && redactTokens(given) === given
