import { z } from 'zod'
import { endpoint } from './core/define.ts'
import { notFound } from './core/errors.ts'
import { pageUrl } from './core/next-page.ts'
import { redirect } from './core/responses.ts'
import {
  accountIdOf,
  bytesUrl,
  downloadFailures,
  expectHere,
  forbidden,
  refusalTexts,
  refused,
  selectors,
  tokenIdOf,
  versionParams,
} from './download-decision.ts'
import { exampleGrant } from './examples/models.ts'

const bytesCacheControl = 'private, no-store, no-transform'

/** Contract §5. Decides who may have which file; the address it leads to is enough by itself for a day. */
export const download = endpoint({
  method: 'GET',
  path: '/api/download/models/:versionId',
  category: 'mixed',
  scope: 'ModelsRead',
  summary: 'A file of a model version: redirects to its bytes',
  description: [
    'Without selectors the primary file. Each selector that is given has to fit.',
    '',
    'The address that it redirects to names one file, needs no token, takes `Range`, and holds for at least 24 hours, as long',
    'as the account behind it may have the file and the token that asked is not revoked. Where a sign-in is needed, programs get a 401 and browsers the sign-in page.',
  ].join('\n'),
  errors: downloadFailures,
  example: { params: { versionId: '900401' }, query: { type: 'Model', format: 'SafeTensor' } },
  params: versionParams,
  query: selectors,
  success: { status: 307, location: 'The bytes of the file: a signed address that needs no token.' },
  caching: 'no-store',
  use: 'download',
  async handle({ params, query, principal, method, origin, header, downloads, fileLocations, signedUrls }) {
    const accountId = accountIdOf(principal)
    const chosen = await downloads.choose({ versionId: params.versionId, selectors: query, accountId })
    if (chosen.kind === 'loginNeeded' && isBrowser(header('user-agent')))
      return redirect(`${origin}/login?returnUrl=%2Fmodel-versions%2F${params.versionId}&reason=download-auth`)
    if (chosen.kind !== 'file') throw refused(chosen)
    await expectHere(chosen, fileLocations)
    if (method !== 'HEAD' && beginsAtStart(header('range'))) downloads.count(chosen)
    return redirect(bytesUrl(origin, signedUrls, { ...chosen, accountId, tokenId: tokenIdOf(principal) }))
  },
})

/** The bytes behind a download. Whoever holds the address may have them, for as long as the account behind it may. */
export const fileBytes = endpoint({
  method: 'GET',
  path: '/files/:grant/:name',
  category: 'public',
  scope: 'ModelsRead',
  alwaysOpen: true,
  summary: 'The bytes of a file, at the signed address that a download redirects to',
  description:
    'One range of bytes or several, `If-Range` for resuming, `Repr-Digest` with the SHA-256. The last part of the address is for tools that save under it.',
  errors: [
    { kind: 'forbidden', body: { error: 'This address is not valid' } },
    { kind: 'forbidden', body: { error: 'This address has expired, ask for the download again' } },
    { kind: 'forbidden', body: { error: refusalTexts.noAccess } },
    { kind: 'notFound', what: 'File not found' },
    { kind: 'unavailable', what: refusalTexts.changed },
  ],
  example: {
    params: {
      grant: exampleGrant,
      name: 'ink_and_mist-000012.safetensors',
    },
  },
  params: z.object({ grant: z.string(), name: z.string() }),
  success: { bytes: ['application/octet-stream'], cacheControl: bytesCacheControl },
  caching: 'no-store',
  async handle({ params, downloads, fileLocations, signedUrls }) {
    const grant = signedUrls.read(params.grant)
    if (grant === 'forged') throw forbidden('This address is not valid')
    if (grant === 'expired') throw forbidden('This address has expired, ask for the download again')
    const file = await downloads.granted(grant)
    if (file.kind === 'unknown') throw notFound('File not found')
    if (file.kind !== 'file') throw forbidden(refusalTexts.noAccess)
    const { path, modifiedMs } = await expectHere(file, fileLocations)
    return {
      kind: 'file' as const,
      path,
      sizeBytes: file.sizeBytes,
      modifiedMs,
      mediaType: 'application/octet-stream',
      etag: `"${file.sha256.toLowerCase()}"`,
      sha256: file.sha256,
      downloadName: file.name,
      cacheControl: bytesCacheControl,
    }
  },
})

/** Site API: the older address of training data. */
export const downloadTrainingData = endpoint({
  method: 'GET',
  path: '/api/download/training-data/:versionId',
  category: 'mixed',
  scope: 'ModelsRead',
  summary: 'Training data of a model version: redirects to its download',
  example: { params: { versionId: '900401' } },
  params: versionParams,
  success: { status: 308, location: 'The download of the same version with `type=Training Data`.' },
  caching: 'no-store',
  use: 'download',
  handle({ params, origin, target }) {
    const query = target.includes('?') ? target.slice(target.indexOf('?')) : ''
    const download = `/api/download/models/${params.versionId}${query}`
    return redirect(pageUrl(origin, download, { type: 'Training Data' }), 308)
  },
})

const isBrowser = (userAgent: string | undefined): boolean =>
  /mozilla|chrome|safari|firefox|opera|edge/i.test(userAgent ?? '')

/** Whoever fetches in parts, or resumes, downloads once. */
const beginsAtStart = (range: string | undefined): boolean => range === undefined || /^\s*bytes=0-/i.test(range)
