import { z } from 'zod'
import { scopeNames, scopes } from '../auth/scopes.ts'
import { narrowest, obstacles, obstaclesOf } from '../auth/tokens/limit-change-preview.ts'
import { queryPolicies } from '../auth/tokens/token-limits.ts'
import { maxClients } from '../auth/tokens/token-usage.ts'
import { validateNetworks } from '../auth/tokens/token-validation.ts'
import { endpoint } from './core/define.ts'
import { exampleToken } from './examples/tokens.ts'
import { client, toClientDto } from './token-presentation.ts'
import { changesOf, ownToken, refusedAsInvalid, TokenChange, tokenParams, unknownToken } from './token-schemas.ts'

const Preview = z
  .object({
    since: z.iso.datetime().describe('The record that was asked begins here: 30 days ago.'),
    programs: z
      .array(
        client.extend({
          obstacles: z.array(z.enum(obstacles)).describe('What of it would be refused; none: nothing.'),
        }),
      )
      .describe('Who used the token since, latest first.'),
    isComplete: z.boolean().describe('False where more programs used it than the record holds.'),
    proposal: z
      .object({ scopes: z.array(z.enum(scopes)), networks: z.array(z.string()), queryPolicy: z.enum(queryPolicies) })
      .describe(
        'The narrowest limits that would have served all of them that are served now; wider than now in nothing.',
      ),
  })
  .meta({ id: 'TokenPreview', description: 'What a change of a token would have done to the programs that use it.' })

const [program] = exampleToken.secrets.flatMap(({ clients }) => clients)

export const previewOwnToken = endpoint({
  method: 'POST',
  path: '/api/v1/me/tokens/:id/preview',
  category: 'authenticated',
  scope: 'UserRead',
  summary: 'Tells which programs a change of a token would have refused over the last 30 days; changes nothing',
  description:
    'Takes what the change itself takes. With an empty change it proposes the narrowest limits that would have served.',
  params: tokenParams,
  body: TokenChange,
  reply: Preview,
  errors: [unknownToken],
  example: {
    params: { id: '1' },
    body: { networks: ['10.0.0.0/8'] },
    reply: {
      since: '2026-02-13T20:00:00.000Z',
      programs: program ? [{ ...program, obstacles: ['network'] }] : [],
      isComplete: true,
      proposal: { scopes: ['UserRead', 'ModelsRead'], networks: ['192.168.1.20/32'], queryPolicy: 'never' },
    },
  },
  async handle({ params: { id }, body, principal: { accountId }, tokens }) {
    const token = await ownToken(id, accountId, tokens)
    const wanted = { ...token, ...changesOf(body) }
    const restrictions = { ...wanted, networks: await refusedAsInvalid(() => validateNetworks(wanted.networks)) }
    const { since, programs } = tokens.recentPrograms(token)
    const { scope, networks, queryPolicy } = narrowest(programs, token)
    return {
      since: new Date(since).toISOString(),
      programs: programs.map((seen) => ({ ...toClientDto(seen), obstacles: obstaclesOf(seen, restrictions) })),
      isComplete: token.secrets.every(({ clients }) => clients.length < maxClients),
      proposal: { scopes: scopeNames(scope), networks: [...networks], queryPolicy },
    }
  },
})
