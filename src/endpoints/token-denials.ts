import { endpoint } from './core/define.ts'
import { exampleToken } from './examples/tokens.ts'
import { Token, TokenDenialsDto, toDenialsDto, toTokenDto } from './token-presentation.ts'
import { own, ownToken, tokenParams, unknownToken } from './token-schemas.ts'

export const listOwnDenials = endpoint({
  ...own,
  method: 'GET',
  path: '/api/v1/me/tokens/:id/refusals',
  summary: 'The latest requests that a token was refused for, and why',
  params: tokenParams,
  reply: TokenDenialsDto,
  example: {
    params: { id: '1' },
    reply: {
      items: [
        {
          at: '2026-03-15T18:05:12.020Z',
          reason: 'query',
          network: '192.168.1.20',
          agent: 'curl/8.14.1',
          method: 'GET',
          path: '/api/v1/me',
          form: 'query',
        },
      ],
    },
  },
  errors: [unknownToken],
  async handle({ params, principal: { accountId }, tokens }) {
    const token = await ownToken(params.id, accountId, tokens)
    return toDenialsDto(await tokens.refusals(token.id))
  },
})

export const dismissOwnWarnings = endpoint({
  ...own,
  method: 'DELETE',
  path: '/api/v1/me/tokens/:id/warnings',
  summary: "Tells that a token's warnings were seen",
  params: tokenParams,
  reply: Token,
  example: { params: { id: '1' }, reply: exampleToken },
  errors: [unknownToken],
  async handle({ params, principal: { accountId }, tokens }) {
    // First: what stood out since the owner looked is written when the token is read, and stays.
    await tokens.dismissWarnings({ accountId, id: params.id })
    return toTokenDto(await ownToken(params.id, accountId, tokens))
  },
})
