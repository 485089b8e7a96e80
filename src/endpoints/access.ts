import { z } from 'zod'
import { accessObstacles, anonymousAccesses } from '../auth/access-policy.ts'
import { queryPolicies } from '../auth/tokens/token-limits.ts'
import { endpoint } from './core/define.ts'
import { oneOf } from './core/parameters.ts'
import { client } from './token-presentation.ts'

const { network, agent, lastSeenAt, requests, form } = client.shape

const AccessPreview = z
  .object({
    since: z.iso.datetime().describe('The record that was asked begins here: 30 days ago.'),
    policy: z
      .object({ anonymousAccess: z.enum(anonymousAccesses), queryTokens: z.enum(queryPolicies) })
      .describe('What the hub asks of programs now.'),
    programs: z
      .array(
        z.object({
          network,
          agent,
          lastSeenAt,
          requests,
          token: z
            .object({ id: z.int(), name: z.string(), username: z.string(), form })
            .nullable()
            .describe('The token that it used, and whose; null: it came without one that is valid.'),
          neighbours: z
            .array(z.string())
            .describe('Of a program without a token: accounts whose tokens were used at the same address.'),
          obstacles: z
            .array(z.enum(accessObstacles))
            .describe('Why requests of it would be refused; none: they would not.'),
        }),
      )
      .describe('Who used the hub since, latest first. People who were signed in are not among them.'),
    isComplete: z.boolean().describe('False where more programs came than the record holds.'),
  })
  .meta({
    id: 'AccessPreview',
    description: 'What another policy of the hub would have done to the programs that use it.',
  })

export const previewAccess = endpoint({
  method: 'GET',
  path: '/api/v1/access/preview',
  category: 'authenticated',
  scope: 'UserWrite',
  owner: true,
  summary: 'Tells which programs another policy of the hub would have refused over the last 30 days; changes nothing',
  query: z.object({
    anonymousAccess: oneOf(anonymousAccesses).optional().describe('As `--anonymous-access`; by default what is set.'),
    queryTokens: oneOf(queryPolicies).optional().describe('As `--query-tokens`; by default what is set.'),
  }),
  reply: AccessPreview,
  example: {
    query: { anonymousAccess: 'closed' },
    reply: {
      since: '2026-02-13T20:00:00.000Z',
      policy: { anonymousAccess: 'open', queryTokens: 'always' },
      programs: [
        {
          network: '192.168.1.20',
          agent: 'python-requests/2.34.2',
          lastSeenAt: '2026-03-15T18:05:12.020Z',
          requests: 214,
          token: null,
          neighbours: ['ada'],
          obstacles: ['anonymous'],
        },
      ],
      isComplete: true,
    },
  },
  async handle({ query, settings: { access }, previewAccess }) {
    const { anonymousAccess = access.anonymousAccess, queryTokens = access.queryTokens } = query
    const { since, programs, isComplete } = await previewAccess({ anonymousAccess, queryTokens })
    return {
      since: new Date(since).toISOString(),
      policy: access,
      isComplete,
      programs: programs.map((program) => ({ ...program, lastSeenAt: new Date(program.lastSeenAt).toISOString() })),
    }
  },
})
