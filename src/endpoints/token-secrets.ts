import { z } from 'zod'
import { actorContextOfRequest } from '../auth/request-actor-context.ts'
import { endpoint } from './core/define.ts'
import { idempotencyFailures } from './core/idempotency-key.ts'
import { id } from './core/parameters.ts'
import { exampleSecret, rotatedToken } from './examples/tokens.ts'
import { NewToken, Token, toTokenDto } from './token-presentation.ts'
import {
  own,
  ownToken,
  presentedTokenOf,
  refusedAsInvalid,
  refuseExcess,
  tokenParams,
  unknownToken,
  withSecret,
} from './token-schemas.ts'

/** How a replaced secret ends. */
const overlap = {
  overlapSeconds: z
    .int('`overlapSeconds` is a whole number')
    .min(0, 'The overlap must be from 0 to 30 days')
    .max(2_592_000, 'The overlap must be from 0 to 30 days'),
  silenceSeconds: z
    .int('`silenceSeconds` is a whole number')
    .min(3600, 'The silence that ends a secret must be from 1 hour to 30 days')
    .max(2_592_000, 'The silence that ends a secret must be from 1 hour to 30 days')
    .optional()
    .describe('It ends sooner once it was not used for this long.'),
}

const inMilliseconds = ({
  overlapSeconds,
  silenceSeconds,
}: {
  overlapSeconds: number
  silenceSeconds?: number | undefined
}) => ({
  overlapMs: overlapSeconds * 1000,
  silenceMs: silenceSeconds === undefined ? undefined : silenceSeconds * 1000,
})

export const rotateOwnToken = endpoint({
  ...own,
  method: 'POST',
  path: '/api/v1/me/tokens/:id/rotate',
  summary: 'Gives a token a new secret, told this once; the earlier ones end after the overlap',
  description:
    'A secret that an earlier rotation ends sooner keeps its end. An overlap of 0 ends the earlier ones now. A retry with the same `Idempotency-Key` by the same token or session gets the same secret, and nothing more ends.',
  takesIdempotencyKey: true,
  params: tokenParams,
  body: z.object(overlap),
  reply: NewToken,
  success: { status: 201 },
  errors: [unknownToken, { kind: 'invalid', text: 'Token 7 is revoked' }, ...idempotencyFailures],
  example: { params: { id: '1' }, body: { overlapSeconds: 86_400 }, reply: { ...rotatedToken, token: exampleSecret } },
  async handle({ params, body, ...request }) {
    const { principal, tokens, idempotency } = request
    const token = await ownToken(params.id, principal.accountId, tokens)
    const { text } = await refusedAsInvalid(() =>
      tokens.rotate(token.id, {
        ...inMilliseconds(body),
        caller: principal,
        idempotency,
        by: actorContextOfRequest(request),
      }),
    )
    return withSecret(await ownToken(token.id, principal.accountId, tokens), text)
  },
})

export const changeOverlap = endpoint({
  ...own,
  method: 'PATCH',
  path: '/api/v1/me/tokens/:id/secrets/:secretId',
  summary: 'Sets anew how long, from now, a replaced secret works on; 0 ends it',
  description: 'The current secret has no such end, and what has ended stays so.',
  params: tokenParams.extend({ secretId: id() }),
  body: z.object(overlap),
  reply: Token,
  errors: [
    unknownToken,
    { kind: 'invalid', text: 'This secret has ended; what has ended stays so' },
    { kind: 'invalid', text: 'This is the current secret: rotate or revoke the token' },
  ],
  example: {
    params: { id: '1', secretId: '1' },
    body: { overlapSeconds: 604_800, silenceSeconds: 86_400 },
    reply: rotatedToken,
  },
  async handle({ params: { id: tokenId, secretId }, body, ...request }) {
    const { principal, tokens } = request
    const token = await ownToken(tokenId, principal.accountId, tokens)
    const through = await presentedTokenOf(principal, tokens)
    // What works longer is as good as a new secret.
    if (through && through.id !== token.id && body.overlapSeconds > 0) refuseExcess(token, through)
    await refusedAsInvalid(() =>
      tokens.setOverlap({ tokenId, secretId }, inMilliseconds(body), actorContextOfRequest(request)),
    )
    return toTokenDto(await ownToken(tokenId, principal.accountId, tokens))
  },
})
