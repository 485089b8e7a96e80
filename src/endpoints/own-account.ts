import { z } from 'zod'
import { endpoint } from './core/define.ts'
import { unauthorized } from './core/errors.ts'

const OwnAccount = z
  .object({
    id: z.int(),
    username: z.string(),
    email: z.string().nullable(),
    emailVerified: z.boolean().describe('An owner or a provider vouches for the address.'),
    image: z.string().nullable(),
    role: z.enum(['owner', 'user']),
    status: z.enum(['active', 'muted', 'banned']),
    createdAt: z.iso.datetime(),
    hasPassword: z.boolean(),
    twoFactorEnabled: z.boolean(),
    passkeyCount: z.int(),
    providers: z.array(z.string()).describe('Ids of the providers that the account is linked to.'),
  })
  .meta({ id: 'OwnAccount', description: 'An account as its settings show it.' })

export const getOwnAccount = endpoint({
  method: 'GET',
  path: '/api/v1/me/account',
  category: 'authenticated',
  scope: 'UserRead',
  summary: "The caller's account, with the ways to sign in to it",
  reply: OwnAccount,
  example: {
    reply: {
      id: 4,
      username: 'ada',
      email: 'ada@example.org',
      emailVerified: true,
      image: null,
      role: 'owner',
      status: 'active',
      createdAt: '2026-01-02T09:30:00.000Z',
      hasPassword: true,
      twoFactorEnabled: true,
      passkeyCount: 2,
      providers: ['oidc'],
    },
  },
  async handle({ principal: { accountId }, ownAccount }) {
    const account = await ownAccount(accountId)
    // The account went away between authentication and here.
    if (!account) throw unauthorized()
    return account
  },
})
