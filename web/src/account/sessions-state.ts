import { queryOptions } from '@tanstack/react-query'
import { askAuth } from '../sign-in/sign-in'

/** As the sign-in library lists them. */
export interface Session {
  id: string
  /** What ends it: never drawn. */
  token: string
  createdAt: string
  updatedAt: string
  expiresAt: string
  ipAddress?: string | null
  userAgent?: string | null
}

/** Where one is signed in: this session first, then those seen last. */
export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  // Tokens of sessions are not kept beyond the page that shows them.
  gcTime: 0,
  async queryFn() {
    const [sessions, { session }] = await Promise.all([
      askAuth<Session[]>('/list-sessions'),
      askAuth<{ session: { id: string } }>('/get-session'),
    ])
    return sessions
      .map((listed) => ({ ...listed, isThisOne: listed.id === session.id }))
      .sort(
        (one, other) => Number(other.isThisOne) - Number(one.isThisOne) || other.updatedAt.localeCompare(one.updatedAt),
      )
  },
})
