import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { HeaderList } from './category-rules.ts'

/** A JSON answer's bytes as they go out, and the headers that tell how they are written. */
export interface JsonContent {
  /** A text where it is short: the server writes it together with the headers. */
  body: string | Buffer
  headers: HeaderList
}

/**
 * Whether an `Accept-Encoding` takes gzip (RFC 9110 §12.5.3). It is the only encoding of the hub: some clients that name
 * deflate cannot read it.
 */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined) return false
  const named = acceptEncoding.split(',').find((part) => /^\s*(?:x-)?gzip\s*(?:;|$)/i.test(part))
  return named !== undefined && !/;\s*q\s*=\s*0(?:\.0*)?\s*$/i.test(named)
}

/** Writes a value as JSON, smaller for those who can read it so. Files and pictures never come here. */
export async function jsonContent(value: unknown, { asGzip }: { asGzip: boolean }): Promise<JsonContent> {
  const text = JSON.stringify(value)
  if (text.length < leastCharacters) return { body: text, headers: json }
  const plain = Buffer.from(text)
  if (!asGzip) return { body: plain, headers: eitherWay }
  return { body: await inThreads(plain, { level }), headers: { ...eitherWay, 'content-encoding': 'gzip' } }
}

/** What fits into one packet anyway gains nothing. */
const leastCharacters = 1400
/** Half the time of zlib's own default, for answers that are a tenth larger. */
const level = 3

const inThreads = promisify(gzip) as (bytes: Buffer, options: { level: number }) => Promise<Buffer>

const json: HeaderList = { 'content-type': 'application/json; charset=utf-8' }
/** The other spelling of this answer is another one to a cache in front (RFC 9110 §12.5.5). */
const eitherWay: HeaderList = { ...json, vary: 'Accept-Encoding' }
