import { infiniteQueryOptions } from '@tanstack/react-query'
import { answerOf, api } from '../api/client'
import type { components } from '../api/schema'

export type AuditEvent = components['schemas']['AuditEvent']

const pageSize = 50

/** What happened to one's own account, newest first, a page at a time. */
export const ownAuditQuery = (kind: AuditEvent['kind'] | undefined) =>
  infiniteQueryOptions({
    queryKey: ['own-audit', kind],
    staleTime: 0,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      answerOf(api.GET('/api/v1/me/audit', { params: { query: { kind, cursor, limit: pageSize } }, signal })),
    getNextPageParam: ({ metadata }) => metadata.nextCursor,
  })

/** What happened on the hub. */
export const auditQuery = ({
  kind,
  account,
}: {
  kind?: AuditEvent['kind'] | undefined
  account?: string | undefined
}) =>
  infiniteQueryOptions({
    queryKey: ['audit', kind, account],
    staleTime: 0,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor, signal }) =>
      answerOf(api.GET('/api/v1/audit', { params: { query: { kind, account, cursor, limit: pageSize } }, signal })),
    getNextPageParam: ({ metadata }) => metadata.nextCursor,
  })
