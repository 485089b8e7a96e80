import { z } from 'zod'
import { endpoint } from './core/define.ts'
import { unauthorized } from './core/errors.ts'

const Me = z
  .object({
    id: z.int(),
    username: z.string(),
    tier: z.enum(['free', 'founder', 'bronze', 'silver', 'gold']),
    status: z.enum(['active', 'muted', 'banned']),
    isMember: z.boolean().describe('Whether `tier` is another than `free`.'),
    subscriptions: z.array(z.string()),
    isModerator: z
      .boolean()
      .optional()
      .describe('With a session, or a token that holds UserRead: true for an owner of the hub.'),
    email: z.string().optional().describe('With a session, or a token that holds UserRead.'),
    emailVerified: z.boolean().optional(),
    tokenScope: z.int().optional().describe('With a token alone: its scopes, a bit each.'),
    buzzLimit: z.null().optional(),
    subject: z
      .object({ type: z.literal('apiKey'), id: z.int() })
      .optional()
      .describe('With a token alone: which one.'),
  })
  .meta({ id: 'Me', description: 'An account as it sees itself.' })

export const getMe = endpoint({
  method: 'GET',
  path: '/api/v1/me',
  category: 'authenticated',
  scope: 'UserRead',
  summary: 'The account that the token belongs to',
  description: 'What a client asks first, to see whether its token is good.',
  example: {
    reply: {
      id: 4,
      username: 'ada',
      tier: 'free',
      status: 'active',
      isMember: false,
      subscriptions: [],
      isModerator: true,
      email: 'ada@example.org',
      emailVerified: false,
      tokenScope: 33554431,
      buzzLimit: null,
      subject: { type: 'apiKey', id: 1 },
    },
  },
  reply: Me,
  async handle({ principal, accounts }) {
    const profile = await accounts.profile(principal)
    // The account went away between authentication and here.
    if (!profile) throw unauthorized()
    return profile
  },
})
