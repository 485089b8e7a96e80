import type { FileResponse } from '../../endpoints/core/responses.ts'

/**
 * The header by which nginx sends a download in place of the hub (`X-Accel-Redirect`): an address of its own that stands for
 * the path of the file. Undefined where the hub sends the bytes: pictures, which are small; requests that no proxy has passed
 * on; and conditions on the tag, which nginx would hold against a tag that it does not have yet.
 */
export function xAccelRedirect(
  { accelPrefix, headers }: { accelPrefix?: string | undefined; headers: Record<string, unknown> },
  { path, downloadName }: FileResponse,
): { 'x-accel-redirect': string } | undefined {
  if (accelPrefix === undefined || downloadName === undefined) return undefined
  if (headers['x-forwarded-for'] === undefined) return undefined
  if (headers['if-match'] !== undefined || headers['if-unmodified-since'] !== undefined) return undefined
  return { 'x-accel-redirect': accelPrefix + path.split('/').map(encodeURIComponent).join('/') }
}
