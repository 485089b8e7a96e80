import { isUtf8 } from 'node:buffer'

/** Decodes bytes of a text without a named encoding: UTF-8 where they are valid UTF-8, otherwise Latin-1. */
export const decodeText = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return text.toString(isUtf8(text) ? 'utf8' : 'latin1')
}
