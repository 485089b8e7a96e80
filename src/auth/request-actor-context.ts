import type { Actor, ActorContext } from '../audit/actor-context.ts'
import { sanitizeSender } from './client-metadata.ts'
import type { Principal } from './principal.ts'

/** Who a request speaks for, with as much of its client as the record of tokens keeps. */
export const actorContextOfRequest = ({
  principal,
  address,
  header,
}: {
  principal: Principal
  address: string
  header: (name: string) => string | undefined
}): ActorContext => ({ actor: actorOf(principal), ...sanitizeSender({ address, userAgent: header('user-agent') }) })

function actorOf(principal: Principal): Actor {
  if (principal.kind === 'anonymous') return { via: 'nobody' }
  const { accountId, via } = principal
  return via.kind === 'token'
    ? { via: 'token', accountId, tokenId: via.tokenId }
    : { via: 'session', accountId, sessionId: via.sessionId }
}
