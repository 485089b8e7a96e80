import { z } from 'zod'
import { actorContextOfRequest } from '../auth/request-actor-context.ts'
import { endpoint } from './core/define.ts'
import { EndpointError, notFound, sessionsOnly } from './core/errors.ts'
import { notAllowed, withDomainErrors } from './core/map-domain-errors.ts'
import { offsetOf, offsetQuery } from './core/offset-pagination.ts'
import { id } from './core/parameters.ts'
import type { StatusResponse } from './core/responses.ts'

const ManagedAccount = z
  .object({
    id: z.int(),
    username: z.string(),
    email: z.string(),
    role: z.enum(['owner', 'user']),
    status: z.enum(['active', 'muted', 'banned']),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime().nullable().describe('When a session or a token was last in use, within a day.'),
    tokenCount: z.int().describe('Tokens that work.'),
    twoFactorEnabled: z.boolean(),
  })
  .meta({ id: 'ManagedAccount', description: 'An account as owners see it.' })

const exampleAccount = {
  id: 5,
  username: 'grace',
  email: 'grace@example.org',
  role: 'user',
  status: 'active',
  createdAt: '2026-02-03T10:00:00.000Z',
  lastSeenAt: '2026-03-15T18:05:12.020Z',
  tokenCount: 2,
  twoFactorEnabled: false,
} as const

const owners = { category: 'authenticated', scope: 'UserWrite', owner: true } as const
const params = z.object({ id: id() })
const unknown = 'Account not found'
const unknownAccount = { kind: 'notFound', what: unknown } as const

export const listAccounts = endpoint({
  ...owners,
  method: 'GET',
  path: '/api/v1/accounts',
  summary: 'Who can sign in, by username, page by page',
  description: '`query` is part of a username or of an e-mail address.',
  query: offsetQuery,
  reply: z.object({
    items: z.array(ManagedAccount),
    totalItems: z.int(),
    currentPage: z.int(),
    pageSize: z.int(),
    totalPages: z.int(),
  }),
  example: {
    query: { query: 'gr', limit: '20' },
    reply: { items: [exampleAccount], totalItems: 1, currentPage: 1, pageSize: 20, totalPages: 1 },
  },
  async handle({ query, accountAdministration }) {
    const { limit, page } = query
    const { items, totalItems } = await accountAdministration.list({
      query: query.query,
      limit,
      offset: offsetOf(query),
    })
    const totalPages = limit === 0 ? 0 : Math.ceil(totalItems / limit)
    return { items, totalItems, currentPage: page, pageSize: limit, totalPages }
  },
})

export const changeAccount = endpoint({
  ...owners,
  method: 'PATCH',
  path: '/api/v1/accounts/:id',
  summary: 'Mutes or bans an account, lifts that, or makes it an owner or not',
  description:
    'A ban ends the sessions of the account, and its tokens are refused for as long as it lasts. Roles are changed by who is signed in, not by a token.',
  params,
  body: z
    .object({
      status: z.enum(['active', 'muted', 'banned'], '`status` is active, muted or banned').optional(),
      role: z.enum(['owner', 'user'], '`role` is owner or user').optional(),
    })
    .refine(({ status, role }) => status !== undefined || role !== undefined, 'Name a `status` or a `role`'),
  reply: ManagedAccount,
  errors: [
    unknownAccount,
    sessionsOnly,
    notAllowed('A hub keeps at least one owner who is not banned'),
    notAllowed('You cannot ban your own account'),
  ],
  example: {
    params: { id: '5' },
    body: { status: 'banned' },
    reply: { ...exampleAccount, status: 'banned' },
  },
  async handle({ params, body: { status, role }, accountAdministration, ...request }) {
    if (role !== undefined && request.principal.via.kind !== 'session') throw new EndpointError(sessionsOnly)
    const by = { ...actorContextOfRequest(request), accountId: request.principal.accountId }
    const changed = await withDomainErrors(() => accountAdministration.change({ id: params.id, by, status, role }))
    if (!changed) throw notFound(unknown)
    return changed
  },
})

export const createPasswordReset = endpoint({
  ...owners,
  sessionOnly: true,
  method: 'POST',
  path: '/api/v1/accounts/:id/password-reset',
  summary: 'Makes a link by which the person of an account chooses a new password',
  description:
    'Give it to the person: the hub sends no mail. It serves once, within 24 hours, in place of an earlier one.',
  params,
  reply: z.object({ url: z.string(), expiresAt: z.iso.datetime() }),
  success: { status: 201 },
  errors: [unknownAccount],
  example: {
    params: { id: '5' },
    reply: {
      url: 'https://hub.example/reset-password#q3lVb0Yt8mS2xWc7uEoJ5nRkA1dZfGhP4iXyTgKrQpM',
      expiresAt: '2026-03-16T18:05:12.020Z',
    },
  },
  async handle({ params, origin, passwordResets, ...request }): Promise<StatusResponse> {
    const made = await passwordResets.create(params.id, actorContextOfRequest(request))
    if (!made) throw notFound(unknown)
    const url = `${origin}/reset-password#${made.text}`
    return { kind: 'status', status: 201, body: { url, expiresAt: new Date(made.expiresAt).toISOString() } }
  },
})
