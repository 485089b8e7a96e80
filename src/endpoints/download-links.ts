import { z } from 'zod'
import { endpoint } from './core/define.ts'
import {
  bytesUrl,
  downloadFailures,
  expectHere,
  refused,
  selectors,
  tokenIdOf,
  versionParams,
} from './download-decision.ts'
import { exampleGrant, exampleOrigin } from './examples/models.ts'

const DownloadLink = z
  .object({
    url: z.url().describe('Works without a token. Whoever has it may have the file.'),
    expiresAt: z.iso.datetime(),
    fileId: z.int(),
    name: z.string(),
    sizeBytes: z.int(),
    sha256: z.string(),
  })
  .meta({ id: 'DownloadLink', description: 'The address of one file for a short time.' })

const life = { min: 10, usual: 300, max: 86_400 }
const lifeText = `An address lives from ${life.min} to ${life.max} seconds`

export const createDownloadLink = endpoint({
  method: 'POST',
  path: '/api/v1/model-versions/:versionId/download-link',
  category: 'authenticated',
  scope: 'ModelsRead',
  use: 'download',
  summary: 'An address of one file that works for a short time without a token',
  description: `For programs that fetch what they are given, so that none of them gets a token in an address. It speaks for the
account: it ends with the access of that, with the token that asked for it when that is revoked, and at its time. A download
that began before goes on. Without selectors it is the primary file.`,
  params: versionParams,
  body: selectors.extend({
    expiresInSeconds: z
      .int('`expiresInSeconds` is a whole number')
      .min(life.min, lifeText)
      .max(life.max, lifeText)
      .default(life.usual),
  }),
  reply: DownloadLink,
  success: { status: 201 },
  errors: downloadFailures,
  example: {
    params: { versionId: '900401' },
    body: { format: 'SafeTensor', expiresInSeconds: 300 },
    reply: {
      url: `${exampleOrigin}/files/${exampleGrant}/ink_and_mist-000012.safetensors`,
      expiresAt: '2026-03-15T20:05:00.000Z',
      fileId: 901241,
      name: 'ink_and_mist-000012.safetensors',
      sizeBytes: 151_112_032,
      sha256: '5FD1D19E2DF0D0B1D4E2F6A0B9A5E7D0F1C2B3A495867768594A3B2C1D0E9F8A',
    },
  },
  async handle({ params: { versionId }, body, principal, origin, downloads, fileLocations, signedUrls }) {
    const { expiresInSeconds: lifeSeconds, ...wanted } = body
    const { accountId } = principal
    const chosen = await downloads.choose({ versionId, selectors: wanted, accountId })
    if (chosen.kind !== 'file') throw refused(chosen)
    await expectHere(chosen, fileLocations)
    const expiresAt = signedUrls.expiryAfter(lifeSeconds)
    const grant = { ...chosen, accountId, tokenId: tokenIdOf(principal), expiresAt }
    const { fileId, name, sizeBytes, sha256 } = chosen
    return {
      kind: 'status' as const,
      status: 201 as const,
      body: {
        url: bytesUrl(origin, signedUrls, grant),
        expiresAt: new Date(expiresAt * 1000).toISOString(),
        fileId,
        name,
        sizeBytes,
        sha256,
      } satisfies z.infer<typeof DownloadLink>,
    }
  },
})
