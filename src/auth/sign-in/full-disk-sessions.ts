import type { Database } from '../../db/database.ts'
import { DiskFull, diskFullText } from '../../db/disk-space.ts'
import type { BindPlaceholder } from '../../db/prepared-statement.ts'
import type { UnstoredEnds } from './unstored-ends.ts'

/** The session that sends a request. */
interface Sender {
  id: number
  user_id: number
}

/** Paths of the sessions library that end sessions, and which of the sender's account each one ends. */
const endingPaths: Record<string, (session: { id: number; token: string }, sender: Sender, named: unknown) => boolean> =
  {
    '/sign-out': ({ id }, sender) => id === sender.id,
    '/revoke-session': ({ token }, _sender, named) => token === named,
    '/revoke-sessions': () => true,
    '/revoke-other-sessions': ({ id }, sender) => id !== sender.id,
  }

/**
 * Prepares responses of the sessions library for a full disk. The library catches some failures itself and reports success, for
 * example when it signs out, so the failed writes of the database decide. They may be those of another request: then a
 * request is repeated or refused for nothing, but never acknowledged without being stored.
 */
export function guardFullDisk(database: Database, ends: UnstoredEnds) {
  // Index `session_user`.
  const sessionsOf = database.lookup((query, values: BindPlaceholder<{ accountId: number }>) =>
    query.selectFrom('session').select(['id', 'token']).where('user_id', '=', values('accountId')),
  )
  /** Undefined for a request that ends no session. */
  const endedBy = async (path: string, request: Request, sender: Sender | undefined) => {
    const isEnded = request.method === 'POST' ? endingPaths[path] : undefined
    if (!isEnded || !sender) return undefined
    const body: unknown = await request
      .clone()
      .json()
      .catch(() => undefined)
    const named = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined
    const sessions = await sessionsOf.all({ accountId: sender.user_id })
    return sessions.filter((session) => isEnded(session, sender, named)).map(({ id }) => id)
  }
  const end = (ids: number[]) =>
    ends.store(
      ids.map((id) => `session ${id}` as const),
      () =>
        database.write((transaction) => transaction.deleteFrom('session').where('id', 'in', ids).execute(), {
          usesReserve: true,
        }),
    )

  /**
   * Returns the response of `respond`, which can be called again.
   * @throws DiskFull when it failed because the disk is full; sessions that it was to end are refused from memory then
   */
  return async (
    { path, request, sender }: { path: string; request: Request; sender: Sender | undefined },
    respond: () => Promise<Response>,
  ): Promise<Response> => {
    const ended = await endedBy(path, request, sender)
    do {
      const before = database.diskFullCount()
      const [outcome] = await Promise.allSettled([respond()])
      const isStored = database.diskFullCount() === before
      if (outcome.status === 'rejected' && isStored) throw outcome.reason
      if (outcome.status === 'fulfilled' && (isStored || (!ended && outcome.value.status < 400))) return outcome.value
    } while (ended && (await database.reserve.release()))
    if (!ended) throw new DiskFull(diskFullText)
    if (ended.length > 0) await end(ended)
    return Response.json({ success: true, status: true })
  }
}
