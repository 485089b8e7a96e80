import { z } from 'zod'
import { endpoint } from './define.ts'
import { unauthorized } from './errors.ts'

const Me = z
  .object({
    id: z.int(),
    username: z.string(),
    tier: z.enum(['free', 'founder', 'bronze', 'silver', 'gold']),
    status: z.enum(['active', 'muted', 'banned']),
    isMember: z.boolean(),
    subscriptions: z.array(z.string()),
    email: z.string().optional(),
    emailVerified: z.boolean().optional(),
    tokenScope: z.int().optional(),
    buzzLimit: z.null().optional(),
    subject: z.object({ type: z.literal('apiKey'), id: z.int() }).optional(),
  })
  .meta({ id: 'Me', description: 'An account as it sees itself.' })

export const getMe = endpoint({
  method: 'GET',
  path: '/api/v1/me',
  category: 'authenticated',
  scope: 'UserRead',
  summary: 'The account that the token belongs to',
  reply: Me,
  async handle({ principal, accounts }) {
    const profile = await accounts.profile(principal)
    // The account went away between authentication and here.
    if (!profile) throw unauthorized()
    return profile
  },
})
