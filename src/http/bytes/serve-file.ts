import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { attachmentNamed, utf8HeaderValue } from '../../endpoints/content-disposition.ts'
import { notFound } from '../../endpoints/core/errors.ts'
import type { FileResponse } from '../../endpoints/core/responses.ts'
import { multipartByteRanges, type Piece, totalLength } from './multipart.ts'
import { contentRange, matchesIfRange, parseRange } from './range.ts'
import { chunkBytes, fileChanged, readUnchanged, type SendBody, streamRanges } from './stream-ranges.ts'
import { evaluatePreconditions } from './validators.ts'
import { xAccelRedirect } from './x-accel-redirect.ts'

/** The part of a request that decides which bytes it gets. */
export interface FileRequest {
  method: string
  headers: Record<string, string | string[] | undefined>
  /** Below which address the proxy that asks sends files by itself; undefined where the hub is to send them. */
  accelPrefix?: string | undefined
}

/** An answer ready to be written, header names in lower case. What sends a body holds the file open until it was called. */
export interface BytesResponse {
  status: 200 | 206 | 304 | 412 | 416
  headers: Record<string, string>
  body?: Buffer | SendBody
}

/**
 * Answers GET and HEAD of one file: conditions, ranges, validators (RFC 9110 §13, §14), its digest (RFC 9530) and
 * its exact length. HEAD gives the status and headers of the same GET, ranges included, and opens nothing.
 * @throws EndpointError `notFound` when the file is gone, `unavailable` when it is no longer the one that was indexed
 */
export async function serveFile(asked: FileRequest, file: FileResponse): Promise<BytesResponse> {
  const header = (name: string) => {
    const value = asked.headers[name]
    return Array.isArray(value) ? value.join(', ') : value
  }
  const { sizeBytes, etag } = file
  const condition = evaluatePreconditions({ ifMatch: header('if-match'), ifNoneMatch: header('if-none-match') }, etag)
  if (condition === 'failed') return fileError(asked, 412, 'Precondition Failed', {})
  if (condition === 'not modified') return { status: 304, headers: { etag, 'cache-control': file.cacheControl } }

  const ranges = matchesIfRange(header('if-range'), etag) ? parseRange(header('range'), sizeBytes) : 'whole'
  if (ranges === 'unsatisfiable')
    return fileError(asked, 416, 'Range Not Satisfiable', {
      'content-range': `bytes */${sizeBytes}`,
      'accept-ranges': 'bytes',
    })

  const headers = headersOf(file)
  const toProxy = xAccelRedirect(asked, file)
  if (toProxy) {
    assertUnchanged(await lstat(file.path).catch(throwNotFound), file)
    // It takes the part that is asked for out of the file itself, and says itself that it can.
    const { 'accept-ranges': _, ...rest } = headers
    return { status: 200, headers: { ...rest, ...toProxy, 'content-length': '0' } }
  }
  if (ranges === 'whole') {
    const pieces = sizeBytes === 0 ? [] : [{ first: 0, last: sizeBytes - 1 }]
    return withContent(asked, file, { status: 200, headers, pieces })
  }
  const [only, second] = ranges
  if (only && !second) {
    headers['content-range'] = contentRange(only, sizeBytes)
    return withContent(asked, file, { status: 206, headers, pieces: [only] })
  }
  const multipart = multipartByteRanges(ranges, file)
  headers['content-type'] = multipart.mediaType
  return withContent(asked, file, { status: 206, headers, pieces: multipart.pieces })
}

function headersOf(file: FileResponse): Record<string, string> {
  return {
    'content-type': file.mediaType,
    'accept-ranges': 'bytes',
    etag: file.etag,
    'cache-control': file.cacheControl,
    ...(file.sha256 !== undefined && {
      'repr-digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
    }),
    // Before `content-length`: once Node has seen a length it encodes the value of this field by itself, and fails on UTF-8.
    ...(file.downloadName !== undefined && {
      'content-disposition': utf8HeaderValue(attachmentNamed(file.downloadName)),
    }),
  }
}

/** An error has the form that every error of the hub has, and nothing that looks like the file. */
function fileError(
  asked: FileRequest,
  status: 412 | 416,
  error: string,
  headers: Record<string, string>,
): BytesResponse {
  const body = Buffer.from(JSON.stringify({ error }))
  return {
    status,
    headers: {
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(body.length),
      'cache-control': 'no-store',
    },
    ...(asked.method !== 'HEAD' && { body }),
  }
}

async function withContent(
  asked: FileRequest,
  file: FileResponse,
  { status, headers, pieces }: { status: 200 | 206; headers: Record<string, string>; pieces: Piece[] },
): Promise<BytesResponse> {
  headers['content-length'] = String(totalLength(pieces))
  if (asked.method === 'HEAD') {
    assertUnchanged(await lstat(file.path).catch(throwNotFound), file)
    return { status, headers }
  }
  // A link or a pipe put in the file's place meanwhile is neither followed nor waited for.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  const handle = await open(file.path, flags).catch(throwNotFound)
  try {
    const opened = await handle.stat()
    assertUnchanged(opened, file)
    const [only, second] = pieces
    if (!only || second || !('first' in only) || totalLength(pieces) > chunkBytes)
      return { status, headers, body: streamRanges(handle, pieces, opened) }
    // A picture, a short range: one read, and nothing stays open.
    const body = Buffer.allocUnsafe(totalLength(pieces))
    await readUnchanged(handle, { into: body, position: only.first, opened })
    await handle.close()
    return { status, headers, body }
  } catch (error) {
    await handle.close()
    throw error
  }
}

function assertUnchanged(found: Stats, file: FileResponse): void {
  if (!found.isFile()) throw notFound('File not found')
  const sameTime = file.modifiedMs === undefined || Math.abs(found.mtimeMs - file.modifiedMs) < 2
  if (found.size !== file.sizeBytes || !sameTime) throw fileChanged()
}

function throwNotFound(error: NodeJS.ErrnoException): never {
  if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM', 'ENXIO'].includes(error.code ?? ''))
    throw notFound('File not found')
  throw error
}
