import { z } from 'zod'
import type { Principal } from '../auth/principal.ts'
import type { LocatedFile } from '../blobs/file-places.ts'
import type { DownloadRefusal } from '../catalog/download-access.ts'
import { modelFileSizes, modelFileTypes, modelFormats } from '../catalog/enums.ts'
import { endpoint } from './define.ts'
import { EndpointError, notFound, unauthorized } from './errors.ts'
import { id, integer, oneOf, text } from './parameters.ts'
import { redirect } from './replies.ts'

/** What clients show to people (contract §5). */
const refusalTexts = {
  archived: 'Model archived, not available for download',
  changed: 'The file has changed and is being read again',
  disabled: 'The creator of this asset has disabled downloads on this file',
  earlyAccess: 'This asset is in Early Access. It can be downloaded once that has ended.',
  loginNeeded: 'The creator of this asset requires you to be logged in to download it',
  noAccess: 'You do not have access to download this file',
}

const bytesCacheControl = 'private, no-store, no-transform'

const versionParams = z.object({ versionId: id() })

/** Free texts where the site has had other values before: a removed one finds nothing, rather than being refused. */
const selectors = z.object({
  type: oneOf(modelFileTypes).optional(),
  format: oneOf(modelFormats).optional(),
  size: oneOf(modelFileSizes).optional(),
  fp: text(64).optional().describe('Precision, such as `fp16` or `fp8`.'),
  quantType: text(64).optional().describe('Quantization of a GGUF file, such as `Q4_K_M`.'),
  fileId: integer({ min: 0, max: 2 ** 31 - 1 })
    .optional()
    .describe('This file, whatever else is asked.'),
})

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
    'as the account behind it may have the file. Where a sign-in is needed, programs get a 401 and browsers the sign-in page.',
  ].join('\n'),
  errors: [
    { kind: 'unauthorized', message: refusalTexts.loginNeeded },
    { kind: 'unauthorized', message: refusalTexts.disabled },
    {
      kind: 'forbidden',
      body: { error: 'Early Access', deadline: '2026-04-01T00:00:00.000Z', message: refusalTexts.earlyAccess },
    },
    { kind: 'forbidden', body: { error: refusalTexts.noAccess } },
    { kind: 'notFound', what: 'File not found' },
    { kind: 'gone', what: refusalTexts.archived },
    { kind: 'unavailable', what: refusalTexts.changed },
  ],
  example: { params: { versionId: '900401' }, query: { type: 'Model', format: 'SafeTensor' } },
  params: versionParams,
  query: selectors,
  success: { status: 302, location: 'The bytes of the file: a signed address that needs no token.' },
  caching: 'no-store',
  use: 'download',
  async handle({ params, query, principal, method, origin, header, downloads, filePlaces, fileAddresses }) {
    const accountId = accountIdOf(principal)
    const chosen = await downloads.choose({ versionId: params.versionId, selectors: query, accountId })
    if (chosen.kind === 'loginNeeded' && isBrowser(header('user-agent')))
      return redirect(`${origin}/login?returnUrl=/model-versions/${params.versionId}&reason=download-auth`)
    if (chosen.kind !== 'file') throw refused(chosen)
    expectHere(await filePlaces.locate({ id: chosen.fileId, sizeBytes: chosen.sizeBytes }))
    if (method !== 'HEAD' && beginsAtStart(header('range'))) downloads.count(chosen)
    return redirect(`${origin}${fileAddresses.pathOf({ ...chosen, accountId })}`)
  },
})

/** The bytes behind a download. Whoever holds the address may have them, for as long as the account behind it may. */
export const fileBytes = endpoint({
  method: 'GET',
  path: '/files/:grant/:name',
  category: 'public',
  scope: 'ModelsRead',
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
      grant: 'AQANwRkAAAAAawiBsH1nsPByBSv9lJRMbM1DlqcZ_8E5fUysSYJiTAQ-m630',
      name: 'ink_and_mist-000012.safetensors',
    },
  },
  params: z.object({ grant: z.string(), name: z.string() }),
  success: { bytes: ['application/octet-stream'], cacheControl: bytesCacheControl },
  caching: 'no-store',
  async handle({ params, downloads, filePlaces, fileAddresses }) {
    const grant = fileAddresses.read(params.grant)
    if (grant === 'forged') throw forbidden('This address is not valid')
    if (grant === 'expired') throw forbidden('This address has expired, ask for the download again')
    const file = await downloads.granted(grant)
    if (file.kind === 'unknown') throw notFound('File not found')
    if (file.kind !== 'file') throw forbidden(refusalTexts.noAccess)
    const { path, modifiedMs } = expectHere(await filePlaces.locate({ id: file.fileId, sizeBytes: file.sizeBytes }))
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
    const query = new URLSearchParams(target.split('?')[1])
    // A token stays out of every address that the hub gives out.
    for (const name of [...query.keys()]) if (name.toLowerCase() === 'token') query.delete(name)
    query.set('type', 'Training Data')
    return redirect(`${origin}/api/download/models/${params.versionId}?${query}`, 308)
  },
})

const accountIdOf = (principal: Principal): number => (principal.kind === 'account' ? principal.accountId : 0)

const isBrowser = (userAgent: string | undefined): boolean =>
  /mozilla|chrome|safari|firefox|opera|edge/i.test(userAgent ?? '')

/** Whoever fetches in parts, or resumes, downloads once. */
const beginsAtStart = (range: string | undefined): boolean => range === undefined || /^\s*bytes=0-/i.test(range)

function expectHere(located: LocatedFile): Extract<LocatedFile, { kind: 'here' }> {
  if (located.kind === 'missing') throw notFound('File not found')
  if (located.kind === 'changed') throw new EndpointError({ kind: 'unavailable', what: refusalTexts.changed })
  return located
}

const forbidden = (error: string) => new EndpointError({ kind: 'forbidden', body: { error } })

function refused(refusal: DownloadRefusal): EndpointError {
  switch (refusal.kind) {
    case 'unknown':
      return notFound('File not found')
    case 'archived':
      return new EndpointError({ kind: 'gone', what: refusalTexts.archived })
    case 'disabled':
      return unauthorized(refusalTexts.disabled)
    case 'loginNeeded':
      return unauthorized(refusalTexts.loginNeeded)
    case 'earlyAccess':
      return new EndpointError({
        kind: 'forbidden',
        body: {
          error: 'Early Access',
          deadline: new Date(refusal.endsAt).toISOString(),
          message: refusalTexts.earlyAccess,
        },
      })
    case 'noAccess':
      return forbidden(refusalTexts.noAccess)
  }
}
