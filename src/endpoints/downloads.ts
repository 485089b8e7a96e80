import { z } from 'zod'
import type { Principal } from '../auth/principal.ts'
import type { LocatedFile } from '../blobs/file-places.ts'
import type { DownloadRefusal } from '../catalog/download-access.ts'
import { modelFileSizes, modelFileTypes, modelFormats } from '../catalog/enums.ts'
import { endpoint } from './define.ts'
import { EndpointError, notFound, unauthorized } from './errors.ts'
import { id, integer, oneOf, text } from './parameters.ts'
import { redirect } from './replies.ts'

const bytesCacheControl = 'private, no-store, no-transform'

const versionParams = z.object({ versionId: id() })

/** Free texts where the site has had other values before: a removed one finds nothing, rather than being refused. */
const selectors = z.object({
  type: oneOf(modelFileTypes).optional(),
  format: oneOf(modelFormats).optional(),
  size: oneOf(modelFileSizes).optional(),
  fp: text(64).optional(),
  quantType: text(64).optional(),
  fileId: integer({ min: 0, max: 2 ** 31 - 1 }).optional(),
})

/** Contract §5. Decides who may have which file; the address it leads to is enough by itself for a day. */
export const download = endpoint({
  method: 'GET',
  path: '/api/download/models/:versionId',
  category: 'mixed',
  scope: 'ModelsRead',
  summary: 'A file of a model version: redirects to its bytes',
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
  params: z.object({ grant: z.string(), name: z.string() }),
  success: { bytes: ['application/octet-stream'], cacheControl: bytesCacheControl },
  caching: 'no-store',
  async handle({ params, downloads, filePlaces, fileAddresses }) {
    const grant = fileAddresses.read(params.grant)
    if (grant === 'forged') throw forbidden('This address is not valid')
    if (grant === 'expired') throw forbidden('This address has expired, ask for the download again')
    const file = await downloads.granted(grant)
    if (file.kind === 'unknown') throw notFound('File not found')
    if (file.kind !== 'file') throw forbidden('You do not have access to download this file')
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
  if (located.kind === 'changed')
    throw new EndpointError({ kind: 'unavailable', what: 'The file has changed and is being read again' })
  return located
}

const forbidden = (error: string) => new EndpointError({ kind: 'forbidden', body: { error } })

function refused(refusal: DownloadRefusal): EndpointError {
  switch (refusal.kind) {
    case 'unknown':
      return notFound('File not found')
    case 'archived':
      return new EndpointError({ kind: 'gone', what: 'Model archived, not available for download' })
    case 'disabled':
      return unauthorized('The creator of this asset has disabled downloads on this file')
    case 'loginNeeded':
      return unauthorized('The creator of this asset requires you to be logged in to download it')
    case 'earlyAccess':
      return new EndpointError({
        kind: 'forbidden',
        body: {
          error: 'Early Access',
          deadline: new Date(refusal.endsAt).toISOString(),
          message: 'This asset is in Early Access. It can be downloaded once that has ended.',
        },
      })
    case 'noAccess':
      return forbidden('You do not have access to download this file')
  }
}
