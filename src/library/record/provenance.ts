import type { Identity } from '../entries/identity.ts'

/** Where the facts of one subject were read: field → source. */
export const provenanceOf = (subject: 'model' | 'version' | 'file', provenance: Identity['provenance']) =>
  Object.fromEntries(
    Object.entries(provenance)
      .filter(([fact]) => fact.startsWith(`${subject}.`))
      .map(([fact, source]) => [fact.slice(subject.length + 1), source]),
  )
