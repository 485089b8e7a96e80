import { createHmac, type KeyObject } from 'node:crypto'
import { deriveKey } from '../server-secret.ts'

/** What is kept of the text of a token: its HMAC-SHA-256 under a key of the hub's, in hex. */
export function tokenDigest(serverSecret: KeyObject): (text: string) => string {
  const key = deriveKey(serverSecret, 'token digest')
  return (text) => createHmac('sha256', key).update(text).digest('hex')
}
