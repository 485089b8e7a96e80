import type { Actor, Asker } from '../audit/actor-context.ts'
import { seenSender } from './client-metadata.ts'
import type { Principal } from './principal.ts'

/** Who a request speaks for, with as much of its client as the record of tokens keeps. */
export const askerOf = ({
  principal,
  address,
  header,
}: {
  principal: Principal
  address: string
  header: (name: string) => string | undefined
}): Asker => ({ actor: actorOf(principal), ...seenSender({ address, userAgent: header('user-agent') }) })

function actorOf(principal: Principal): Actor {
  if (principal.kind === 'anonymous') return { via: 'nobody' }
  const { accountId, via } = principal
  return via.kind === 'token'
    ? { via: 'token', accountId, tokenId: via.tokenId }
    : { via: 'session', accountId, sessionId: via.sessionId }
}
