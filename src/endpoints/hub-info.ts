import { z } from 'zod'
import { anonymousAccesses } from '../auth/access-policy.ts'
import { version } from '../version.ts'
import { endpoint } from './core/define.ts'
import { exampleOrigin } from './examples/models.ts'

const Hub = z
  .object({
    version: z.string(),
    setupNeeded: z.boolean().describe('Nobody can sign in yet.'),
    anonymousAccess: z
      .enum(anonymousAccesses)
      .describe('Closed: nothing of the library is told to callers without a token or a sign-in.'),
    signUp: z.enum(['off', 'invitation', 'open']).describe('Who may make an account.'),
    providers: z
      .array(z.object({ id: z.string(), name: z.string() }))
      .describe('Where people may sign in beside the hub itself.'),
    longestTokenLifeDays: z.int().nullable().describe('How long a new token may live; null: without end.'),
    defaultBrowsingLevel: z.int().describe('Levels that lists show when a client names none, as bits.'),
    defaultCreator: z.string().describe('Username of the creator of models whose metadata names none.'),
    publicUrl: z.string().describe('What the addresses that the hub gives out begin with.'),
  })
  .meta({ id: 'Hub', description: 'What the hub tells everybody of itself.' })

export const getHub = endpoint({
  method: 'GET',
  path: '/api/v1/hub',
  category: 'public',
  scope: 'ModelsRead',
  caching: 'no-store',
  alwaysOpen: true,
  summary: 'What the hub tells everybody of itself',
  reply: Hub,
  example: {
    reply: {
      version: '0.1.0',
      setupNeeded: false,
      anonymousAccess: 'open',
      signUp: 'invitation',
      providers: [],
      longestTokenLifeDays: null,
      defaultBrowsingLevel: 1,
      defaultCreator: 'local',
      publicUrl: exampleOrigin,
    },
  },
  async handle({ settings, setup, origin }) {
    const { access, signUp, providers, defaultBrowsingLevel, defaultCreator, maxTokenLifetimeDays } = settings
    return {
      version,
      signUp,
      defaultBrowsingLevel,
      defaultCreator,
      longestTokenLifeDays: maxTokenLifetimeDays,
      anonymousAccess: access.anonymousAccess,
      setupNeeded: await setup.isNeeded(),
      providers: providers.map(({ id, name }) => ({ id, name })),
      publicUrl: origin,
    }
  },
})
