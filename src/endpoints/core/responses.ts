/** Answers that are not a JSON value. */
export type HandlerResponse = Redirect | FileResponse | StatusResponse | EventStreamResponse

/** A redirect; its body is the URL as text, from which some clients read it (contract §5). */
export interface Redirect {
  kind: 'redirect'
  /** Absolute URL. */
  location: string
  status: 307 | 308
}

/** The bytes of one file: the server adds ranges, validators and HEAD by itself. */
export interface FileResponse {
  kind: 'file'
  path: string
  sizeBytes: number
  /** When the file was last changed as far as the hub knows (Unix ms); a file that changed since is not served. */
  modifiedMs?: number
  mediaType: string
  /** Strong validator with its quotes. */
  etag: string
  /** SHA-256 of the whole file, for `Repr-Digest` (RFC 9530), as hexadecimal. */
  sha256?: string
  /** Name that a download is saved under; absent for what is shown in the page. */
  downloadName?: string
  cacheControl: string
}

/** A JSON body with a status of its own, for success; errors are thrown. */
export interface StatusResponse {
  kind: 'status'
  status: 201 | 202 | 204
  body?: unknown
}

/** Server-sent events (HTML standard §9.2), until the iterable or the client ends, or the hub closes. */
export interface EventStreamResponse {
  kind: 'events'
  /**
   * Asked for the next one only when the client has taken the one before. When nobody reads any more the iterator's
   * `return` is called, which has to work while a `next` is under way: of a generator it would wait.
   */
  events: AsyncIterable<ServerEvent>
}

export interface ServerEvent {
  /** One line of text. */
  event: string
  /** Goes out as JSON. */
  data: unknown
}

/** 307 by default: some clients recognize a redirect of a download only by this status (contract §5). */
export const redirect = (location: string, status: Redirect['status'] = 307): Redirect => ({
  kind: 'redirect',
  location,
  status,
})

const kinds = new Set(['redirect', 'file', 'status', 'events'])

/** Tells a reply from a plain JSON value. No answer of the API has a `kind` of these names. */
export const isHandlerResponse = (value: unknown): value is HandlerResponse =>
  typeof value === 'object' && value !== null && 'kind' in value && kinds.has(value.kind as string)
