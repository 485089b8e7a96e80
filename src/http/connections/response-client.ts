import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Client } from '../pipeline/http-request.ts'

/** Returns the client of a response. However many listeners it has, the response has at most one, and none when they are removed. */
export function clientOf(response: ServerResponse | Http2ServerResponse): Client {
  const sent = 'stream' in response ? response.stream : response
  const listeners = new Set<() => void>()
  const onClose = () => {
    for (const listener of [...listeners]) listener()
    listeners.clear()
  }
  return {
    isGone: () => sent.destroyed && !sent.writableFinished,
    onGone(listener) {
      if (listeners.size === 0) response.once('close', onClose)
      // A function of its own, so that one listener can be added twice.
      const entry = () => listener()
      listeners.add(entry)
      return () => {
        if (listeners.delete(entry) && listeners.size === 0) response.off('close', onClose)
      }
    },
  }
}
