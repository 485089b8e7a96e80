import type { Identity } from '../entries/identity.ts'

/** Returns the source of each fact of one subject, by field. */
export const provenanceOf = (subject: 'model' | 'version' | 'file', provenance: Identity['provenance']) =>
  Object.fromEntries(
    Object.entries(provenance)
      .filter(([fact]) => fact.startsWith(`${subject}.`))
      .map(([fact, source]) => [fact.slice(subject.length + 1), source]),
  )
