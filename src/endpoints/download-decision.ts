import { z } from 'zod'
import type { Principal } from '../auth/principal.ts'
import type { FileLocations, LocatedFile } from '../blobs/file-locations.ts'
import type { SignedUrls } from '../blobs/signed-url.ts'
import type { DownloadDenial } from '../catalog/download-access.ts'
import type { ChosenFile } from '../catalog/downloads.ts'
import { modelFileSizes, modelFileTypes, modelFormats } from '../catalog/enums.ts'
import { attachmentNamed } from './content-disposition.ts'
import { EndpointError, type Failure, notFound, unauthorized } from './core/errors.ts'
import { id, integer, oneOf, text } from './core/parameters.ts'

/*
 * What a download and a link to one share: how the file is named, who is refused and in which words.
 */

/** What clients show to people (contract §5). */
export const refusalTexts = {
  archived: 'Model archived, not available for download',
  changed: 'The file has changed and is being read again',
  disabled: 'The creator of this asset has disabled downloads on this file',
  earlyAccess: 'This asset is in Early Access. It can be downloaded once that has ended.',
  loginNeeded: 'The creator of this asset requires you to be logged in to download it',
  noAccess: 'You do not have access to download this file',
}

export const versionParams = z.object({ versionId: id() })

/** Free texts where the site has had other values before: a removed one finds nothing, rather than being refused. */
export const selectors = z.object({
  type: oneOf(modelFileTypes).optional(),
  format: oneOf(modelFormats).optional(),
  size: oneOf(modelFileSizes).optional(),
  fp: text(64).optional().describe('Precision, such as `fp16` or `fp8`.'),
  quantType: text(64).optional().describe('Quantization of a GGUF file, such as `Q4_K_M`.'),
  fileId: integer({ min: 0, max: 2 ** 31 - 1 })
    .optional()
    .describe('This file, whatever else is asked.'),
})

export const downloadFailures: readonly Failure[] = [
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
]

/** The token that the caller came with; 0 for none. */
export const tokenIdOf = (principal: Principal): number =>
  principal.kind === 'account' && principal.via.kind === 'token' ? principal.via.tokenId : 0

/** 0 for an anonymous caller. */
export const accountIdOf = (principal: Principal): number => (principal.kind === 'account' ? principal.accountId : 0)

/**
 * The place of a file that may be downloaded.
 * @throws EndpointError when it is not there, or changed since it was read
 */
export async function expectHere(
  { fileId: id, sizeBytes }: ChosenFile,
  fileLocations: FileLocations,
): Promise<Extract<LocatedFile, { kind: 'here' }>> {
  const located = await fileLocations.locate({ id, sizeBytes })
  if (located.kind === 'missing') throw notFound('File not found')
  if (located.kind === 'changed') throw new EndpointError({ kind: 'unavailable', what: refusalTexts.changed })
  return located
}

/**
 * The signed URL of a file's bytes. Its path ends in the file's name, and `response-content-disposition` repeats the header
 * of the response, percent-encoded once: download scripts take the name from either (contract §5). The hub ignores the query.
 */
export function bytesUrl(origin: string, signedUrls: SignedUrls, file: Parameters<SignedUrls['pathOf']>[0]): string {
  const disposition = encodeURIComponent(attachmentNamed(file.name))
  return `${origin}${signedUrls.pathOf(file)}?response-content-disposition=${disposition}`
}

export const forbidden = (error: string) => new EndpointError({ kind: 'forbidden', body: { error } })

/** A decision against a download, as the client is told. */
export function refused(refusal: DownloadDenial): EndpointError {
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
