import { z } from 'zod'
import { actorContextOfRequest } from '../auth/request-actor-context.ts'
import { endpoint } from './core/define.ts'
import { EndpointError, notFound } from './core/errors.ts'
import { notAllowed, withDomainErrors } from './core/map-domain-errors.ts'
import { id } from './core/parameters.ts'
import type { StatusResponse } from './core/responses.ts'

const owners = { category: 'authenticated', scope: 'UserWrite', owner: true } as const

const Invitation = z
  .object({
    id: z.int(),
    email: z.string().nullable().describe('Whom it is for; null: whoever has the link.'),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    usedAt: z.iso.datetime().nullable(),
    usedBy: z.string().nullable().describe('The username that was made with it.'),
    createdBy: z.string().nullable().describe('The username of the owner; null when that account is gone.'),
  })
  .meta({ id: 'Invitation', description: 'An invitation to make an account.' })

export const listInvitations = endpoint({
  ...owners,
  method: 'GET',
  path: '/api/v1/invitations',
  summary: 'All invitations, newest first, used and expired ones too',
  reply: z.object({ items: z.array(Invitation) }),
  example: {
    reply: {
      items: [
        {
          id: 3,
          email: 'grace@example.org',
          createdAt: '2026-02-01T10:00:00.000Z',
          expiresAt: '2026-02-08T10:00:00.000Z',
          usedAt: '2026-02-03T10:00:00.000Z',
          usedBy: 'grace',
          createdBy: 'ada',
        },
      ],
    },
  },
  async handle({ invitations }) {
    const list = await invitations.list()
    return {
      items: list.map(({ createdAt, expiresAt, usedAt, ...rest }) => ({
        ...rest,
        createdAt: timeOf(createdAt),
        expiresAt: timeOf(expiresAt),
        usedAt: usedAt === null ? null : timeOf(usedAt),
      })),
    }
  },
})

const dayMs = 86_400_000
const signUpIsOff = notAllowed('Sign-up is off on this hub: start it with --sign-up invitation')

export const createInvitation = endpoint({
  ...owners,
  sessionOnly: true,
  method: 'POST',
  path: '/api/v1/invitations',
  summary: 'Invites somebody to make an account; the link is told this once',
  description: `With an address the invitation is for that address alone, and the hub takes it as verified. Give the link to the
person: the hub sends no mail.`,
  body: z.object({
    email: z.string('`email` is a text').max(1000, 'The e-mail address is too long').nullish(),
    expiresInDays: z
      .int('`expiresInDays` is a whole number')
      .min(1, 'An invitation lasts from 1 to 365 days')
      .max(365, 'An invitation lasts from 1 to 365 days')
      .default(7),
  }),
  reply: z.object({ id: z.int(), url: z.string(), expiresAt: z.iso.datetime() }),
  success: { status: 201 },
  errors: [signUpIsOff],
  example: {
    body: { email: 'grace@example.org', expiresInDays: 7 },
    reply: {
      id: 3,
      url: 'https://hub.example/sign-up#Yx0mRkXoFJ1b6l4a2k8sLw9qNfTzD3cVhUe5rGjPpIM',
      expiresAt: '2026-02-08T10:00:00.000Z',
    },
  },
  async handle({ body, origin, signUps, invitations, ...request }): Promise<StatusResponse> {
    if (signUps.policy === 'off') throw new EndpointError(signUpIsOff)
    const { id, text, expiresAt } = await withDomainErrors(() =>
      invitations.create({
        email: body.email ?? undefined,
        lastsMs: body.expiresInDays * dayMs,
        createdBy: request.principal.accountId,
        by: actorContextOfRequest(request),
      }),
    )
    const url = `${origin}/sign-up#${text}`
    return { kind: 'status', status: 201, body: { id, url, expiresAt: timeOf(expiresAt) } }
  },
})

export const removeInvitation = endpoint({
  ...owners,
  method: 'DELETE',
  path: '/api/v1/invitations/:id',
  summary: 'Takes an invitation back; the account that was made with it stays',
  params: z.object({ id: id() }),
  success: { status: 204 },
  errors: [{ kind: 'notFound', what: 'Invitation not found' }],
  example: { params: { id: '3' } },
  async handle({ params, invitations, ...request }): Promise<StatusResponse> {
    if (!(await invitations.remove(params.id, actorContextOfRequest(request)))) throw notFound('Invitation not found')
    return { kind: 'status', status: 204 }
  },
})

const timeOf = (at: number) => new Date(at).toISOString()
