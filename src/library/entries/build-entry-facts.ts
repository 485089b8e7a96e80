import { extname } from 'node:path/posix'
import type { FileHashes } from '../hashing/digests.ts'
import { findMissingParts } from '../sets/part-names.ts'
import { componentFileType } from '../sets/pipelines.ts'
import type { SidecarClaim } from '../sidecars/claim.ts'
import type { EntryReading } from './entry-contents.ts'
import type { EntryFacts, FileFacts, LibraryProblem } from './entry-facts.ts'
import { type EntryFiles, isConfig, modelExtension } from './entry-files.ts'
import { identify } from './identify.ts'
import type { Identity } from './identity.ts'
import { matchImages } from './match-images.ts'

/** Combines the content and the hashes of an entry's files into the facts of the entry; a file without hashes is left out. */
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
  const hashed = reading.models.filter(({ file }) => hashes.has(file.path))
  // A config without a usable model is not a model.
  const models = hashed.every(({ file }) => isConfig(file.path)) ? [] : hashed
  const identified = models.flatMap(({ file, format, header }) => {
    const own = hashes.get(file.path)
    if (!own) return []
    const known = {
      // A pipeline is named after its folder, not after the folders of its components.
      path: entry.isPipeline && !isConfig(file.path) ? `${entry.stem}${extname(file.path)}` : file.path,
      sidecars: claims,
      sha256: own.sha256,
      ...(format && { format }),
      ...(header && { header }),
    }
    const identity = identify(known)
    return [{ file, hashes: own, identity: entry.isPipeline ? asComponent(identity, file.path) : identity }]
  })
  const files = identified.map(({ identity, ...file }): FileFacts => ({ ...file, identity: identity.file }))
  const speaks = claims.some(saysSomething)
  const identities = identified.map(({ identity }) => identity)
  const identity =
    identities[0] ?? (speaks ? identify({ path: `${entry.stem}.safetensors`, sidecars: claims }) : undefined)
  const named = new Set(files.map(({ hashes }) => hashes.sha256))
  const places = reading.previews.map(({ path, owned }) =>
    owned ? 0 : entry.previews.findIndex((file) => file.path === path),
  )
  const byHash = claims.some(({ sha256 }) => sha256.some((hash) => named.has(hash)))
  return {
    facts: {
      stem: entry.stem,
      fingerprint: entry.fingerprint,
      identity,
      files,
      trust: byHash ? 2 : speaks ? 1 : 0,
      images: identity ? matchImages(reading.previews, { places, identity, claims }) : [],
    },
    problems: [...reading.problems, ...missingProblems(entry), ...claimProblems(entry, identities, claims)],
  }
}

/** A pipeline is a checkpoint, unless a sidecar says otherwise, and each of its files has the type of its component. */
function asComponent(identity: Identity, path: string): Identity {
  const { model, file, provenance } = identity
  const isStated = !['header', 'folder', 'default'].includes(provenance['model.type'] ?? 'default')
  return {
    ...identity,
    ...(!isStated && { model: { ...model, type: 'Checkpoint' } }),
    ...(file.type === 'Model' && { file: { ...file, type: componentFileType(path) } }),
    provenance: {
      ...provenance,
      ...(!isStated && { 'model.type': 'folder' }),
      ...(file.type === 'Model' && { 'file.type': 'folder' }),
    },
  }
}

/** At most this many incomplete sets of one entry are reported one by one. */
const maxIncompleteSets = 20

/** One problem for each incomplete set, whatever number of parts its names claim. */
function missingProblems({ models }: EntryFiles): LibraryProblem[] {
  const byExtension = Map.groupBy(models, ({ path }) => modelExtension(path) ?? '')
  const sets = [...byExtension].flatMap(([extension, files]) => {
    const stems = files.map(({ path }) => path.slice(0, path.length - extension.length))
    return findMissingParts(stems).map((set) => ({ ...set, path: set.first + extension }))
  })
  return sets.slice(0, maxIncompleteSets + 1).map(({ path, missing, total }, index) => {
    if (index === maxIncompleteSets)
      return {
        path,
        reason: `parts of ${sets.length} sets with this name are missing; this is the last that is listed`,
      }
    if (missing === 1) return { path, reason: 'this part of the model is missing' }
    return { path, reason: `${missing} of the ${total} parts of the model are missing; this is the first` }
  })
}

/** Whether a sidecar states any fact besides hashes and problems. */
const saysSomething = (claim: SidecarClaim): boolean =>
  Object.keys(claim).some((field) => !['source', 'problems', 'sha256'].includes(field))

/**
 * Returns what could not be used in the sidecars, with the path of the sidecar. A problem that only some files of the entry have, such
 * as a hash of another one of its files, is none.
 */
function claimProblems(
  { stem, sidecars }: EntryFiles,
  identities: readonly Identity[],
  claims: readonly SidecarClaim[],
): LibraryProblem[] {
  const told = claims.flatMap(({ source, problems }) => problems.map((problem) => ({ source, ...problem })))
  const [first, ...others] = identities.map(({ problems }) => problems)
  const same = (one: Problem, other: Problem) =>
    one.source === other.source && one.field === other.field && one.reason === other.reason
  const shared = first?.filter((problem) => others.every((more) => more.some((other) => same(problem, other))))
  return (shared ?? told).map(({ source, field, reason }) => ({
    path: sidecars.find(({ kind }) => kind === source)?.file.path ?? stem,
    reason: field === '' ? reason : `${field}: ${reason}`,
  }))
}

type Problem = Identity['problems'][number]
