import type { z } from 'zod'
import { scopeNames, scopePresets } from '../../auth/scopes.ts'
import type { Token } from '../token-presentation.ts'

const lastUse = {
  lastUsedAt: '2026-03-15T18:03:56.702Z',
  lastUsedNetwork: '192.168.1.20',
  lastUsedAgent: 'curl/8.14.1',
}

const lastDay = Date.UTC(2026, 2, 15)
const dayMs = 86_400_000

/** A token of a month ago that one program uses, by its header. */
export const exampleToken: z.infer<typeof Token> = {
  id: 1,
  kind: 'bearer',
  name: 'laptop',
  status: 'active',
  scopes: scopeNames(scopePresets.ReadOnly),
  tokenScope: scopePresets.ReadOnly,
  preset: 'ReadOnly',
  createdAt: '2026-02-14T09:26:53.589Z',
  expiresAt: '2030-01-31T00:00:00.000Z',
  revokedAt: null,
  revokedReason: null,
  networks: ['192.168.0.0/16'],
  queryPolicy: 'downloads',
  origins: [],
  lastFour: 'x7Qe',
  ...lastUse,
  secrets: [
    {
      id: 1,
      lastFour: 'x7Qe',
      createdAt: '2026-02-14T09:26:53.589Z',
      endsAt: null,
      silenceSeconds: null,
      ...lastUse,
      clients: [
        {
          network: lastUse.lastUsedNetwork,
          agent: lastUse.lastUsedAgent,
          form: 'header',
          lastSeenAt: lastUse.lastUsedAt,
          requests: 42,
          scopes: ['ModelsRead'],
        },
      ],
    },
  ],
  requests: Array.from({ length: 30 }, (_, at) => ({
    day: new Date(lastDay - (29 - at) * dayMs).toISOString().slice(0, 10),
    count: at === 29 ? 42 : 0,
  })),
  warnings: [],
  refusalCount: 1,
}

const [secret] = exampleToken.secrets
const never = { lastUsedAt: null, lastUsedNetwork: null, lastUsedAgent: null }
const newSecret = {
  id: 1,
  lastFour: '0000',
  createdAt: exampleToken.createdAt,
  endsAt: null,
  silenceSeconds: null,
  ...never,
  clients: [],
}

/** The same token when it was made. */
export const unusedToken: z.infer<typeof Token> = {
  ...exampleToken,
  ...never,
  lastFour: '0000',
  secrets: [newSecret],
  requests: exampleToken.requests.map(({ day }) => ({ day, count: 0 })),
  refusalCount: 0,
}

/** The same token when it was given a new secret: the old one ends a day later. */
export const rotatedToken: z.infer<typeof Token> = {
  ...exampleToken,
  lastFour: '0000',
  secrets: [
    ...(secret ? [{ ...secret, endsAt: '2026-03-16T20:00:00.000Z' }] : []),
    { ...newSecret, id: 2, createdAt: '2026-03-15T20:00:00.000Z' },
  ],
}

/** Of the right form, and no hub's: its check digits do not fit. */
export const exampleSecret = 'mk_0000000000000000000000000000000000000000000000'
