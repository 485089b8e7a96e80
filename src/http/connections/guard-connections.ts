import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { IdentifiableRequest } from '../request-id.ts'
import { codingError, sendFramingError, versionError } from './framing.ts'
import { openConnectionRefusal } from './refused-connections.ts'
import { openRequestTurns } from './request-turns.ts'
import { ignoreUpgrades } from './upgrades.ts'

/**
 * Guards the connections of an HTTP/1.x server: requests of one connection are processed one after another, what cannot be read and
 * requests whose end is not certain are refused, and offers to upgrade are ignored. Call it after the server has its listeners for
 * requests. `onRefused` is called with the status of each refusal.
 */
export function guardConnections(
  server: Server,
  {
    idOf,
    isTls,
    onRefused = () => undefined,
  }: { idOf: (request: IdentifiableRequest) => string; isTls: boolean; onRefused?: (status: number) => void },
): void {
  const { watch, refuse } = openConnectionRefusal(idOf, onRefused)
  watch(server)
  const listeners = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[]
  server.removeAllListeners('request')
  const turns = openRequestTurns((request, response) => {
    const refused = versionError(request) ?? codingError(request)
    if (refused) {
      onRefused(refused.status)
      sendFramingError(response, refused, { id: idOf(request), isTls })
      return
    }
    for (const listener of listeners) listener(request, response)
  })
  server.on('request', turns.take)
  ignoreUpgrades(server, turns, { isTls, refuse })
  server.on('clientError', refuse)
}
