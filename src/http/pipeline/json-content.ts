import { type Encoding, encode, minEncodedBytes } from '../../edge-cache/encodings.ts'
import { SerializedJson } from '../../endpoints/core/serialized-json.ts'
import type { HeaderList } from './cache-and-cors-policy.ts'

/** A JSON answer's bytes as they go out, and the headers that tell how they are written. */
export interface JsonContent {
  /** A text where it is short: the server writes it together with the headers. */
  body: string | Buffer
  headers: HeaderList
}

/** Writes a value as JSON, smaller for those who can read it so. Files and pictures never come here. */
export async function jsonContent(value: unknown, encoding: Encoding): Promise<JsonContent> {
  const written = value instanceof SerializedJson ? value.body : JSON.stringify(value)
  if (written.length < minEncodedBytes) return { body: written, headers: json }
  const plain = typeof written === 'string' ? Buffer.from(written) : written
  if (encoding === 'identity') return { body: plain, headers: negotiatedJson }
  return { body: await encode(plain, encoding), headers: { ...negotiatedJson, 'content-encoding': encoding } }
}

/** The same as it is, for the cache, which writes it in each encoding that is asked for. */
export function plainJson(value: unknown): { body: Buffer; headers: HeaderList } {
  const body = value instanceof SerializedJson ? value.body : Buffer.from(JSON.stringify(value))
  return { body, headers: body.length < minEncodedBytes ? json : negotiatedJson }
}

const json: HeaderList = { 'content-type': 'application/json; charset=utf-8' }
/** The other spelling of this answer is another one to a cache in front (RFC 9110 §12.5.5). */
const negotiatedJson: HeaderList = { ...json, vary: 'Accept-Encoding' }
