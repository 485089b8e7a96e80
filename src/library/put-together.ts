import type { EntryFacts, FileFacts, LibraryProblem } from './entry-facts.ts'
import type { EntryFiles } from './entry-files.ts'
import type { FileHashes } from './hashing/digests.ts'
import { identify } from './identify.ts'
import type { Identity } from './identity.ts'
import { matchImages } from './match-images.ts'
import type { EntryReading } from './read-entry-files.ts'
import type { SidecarClaim } from './sidecars/claim.ts'

/** Makes one account of an entry from what its files hold and what they hash to; a file without hashes is left out. */
export function entryFactsOf({
  entry,
  reading,
  hashes,
}: {
  entry: EntryFiles
  reading: EntryReading
  hashes: ReadonlyMap<string, FileHashes>
}): { facts: EntryFacts; problems: LibraryProblem[] } {
  const { claims } = reading
  const identified = reading.models.flatMap(({ file, header }) => {
    const own = hashes.get(file.path)
    if (!own) return []
    const known = { path: file.path, sidecars: claims, sha256: own.sha256, ...(header && { header }) }
    return [{ file, hashes: own, identity: identify(known) }]
  })
  const files = identified.map(({ identity, ...file }): FileFacts => ({ ...file, identity: identity.file }))
  const speaks = claims.some(saysSomething)
  const identity =
    identified[0]?.identity ?? (speaks ? identify({ path: `${entry.stem}.safetensors`, sidecars: claims }) : undefined)
  const named = new Set(files.map(({ hashes }) => hashes.sha256))
  const byHash = claims.some(({ sha256 }) => sha256.some((hash) => named.has(hash)))
  return {
    facts: {
      ...{ stem: entry.stem, fingerprint: entry.fingerprint, identity, files },
      trust: byHash ? 2 : speaks ? 1 : 0,
      images: identity ? matchImages(reading.previews, identity, claims) : [],
    },
    problems: [...reading.problems, ...claimProblems(entry, identity, claims)],
  }
}

/** Whether a sidecar says more than that it is there. */
const saysSomething = (claim: SidecarClaim): boolean =>
  Object.keys(claim).some((field) => !['source', 'problems', 'sha256'].includes(field))

/** What sidecars hold that could not be used, each told of the sidecar itself. */
function claimProblems(
  { stem, sidecars }: EntryFiles,
  identity: Identity | undefined,
  claims: readonly SidecarClaim[],
): LibraryProblem[] {
  const problems =
    identity?.problems ?? claims.flatMap(({ source, problems: own }) => own.map((problem) => ({ source, ...problem })))
  return problems.map(({ source, field, reason }) => ({
    path: sidecars.find(({ kind }) => kind === source)?.file.path ?? stem,
    reason: field === '' ? reason : `${field}: ${reason}`,
  }))
}
