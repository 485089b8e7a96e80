import { publishedAtOf } from '../cluster/entry-claim.ts'
import type { EntryFacts } from '../entries/entry-facts.ts'
import type { FileIdentity, Identity } from '../entries/identity.ts'
import { sanitizeDescription } from '../entries/sanitize-description.ts'

/** All facts of an entry. Stored as JSON for every entry, because any entry can become the leader of its version later. */
export interface StoredFacts {
  model: Identity['model']
  version: Identity['version']
  provenance: Identity['provenance']
  /** Unix milliseconds. */
  publishedAt: number
  files: { sha256: string; path: string; identity: FileIdentity }[]
}

/** Returns the facts of an entry to store, with sanitized descriptions. `now` is in Unix milliseconds. */
export function toStoredFacts({ identity, files }: EntryFacts & { identity: Identity }, now: number): StoredFacts {
  const { model, version, provenance } = identity
  return {
    model: withSafeDescription(model),
    version: withSafeDescription(version),
    provenance,
    publishedAt: publishedAtOf(identity, files, now),
    files: files.map(({ file, hashes, identity }) => ({ sha256: hashes.sha256, path: file.path, identity })),
  }
}

function withSafeDescription<Facts extends { description?: string }>({ description, ...facts }: Facts) {
  const safe = sanitizeDescription(description)
  return { ...facts, ...(safe !== null && { description: safe }) } as Facts // only the description differs
}
