import { createHmac, type KeyObject, randomBytes } from 'node:crypto'
import { deriveKey } from '../server-secret.ts'

/** Secrets that a link holds: of each only a digest is stored, which tells nothing without the server secret. */
export interface OneTimeSecrets {
  /** `text` is for the link, `digest` for the database. */
  make(): { text: string; digest: string }
  digestOf(text: string): string
}

/** Secrets for one purpose; those of another have other digests. */
export function oneTimeSecrets(serverSecret: KeyObject, purpose: string): OneTimeSecrets {
  const key = deriveKey(serverSecret, purpose)
  const digestOf = (text: string) => createHmac('sha256', key).update(text).digest('hex')
  return {
    make() {
      const text = randomBytes(32).toString('base64url')
      return { text, digest: digestOf(text) }
    },
    digestOf,
  }
}
