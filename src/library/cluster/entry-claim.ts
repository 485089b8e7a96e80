import { dirname } from 'node:path/posix'
import { redactTokens } from '../../auth/tokens/token-format.ts'
import { isSiteId } from '../../catalog/local-ids.ts'
import type { EntryFacts, FileFacts, ImageFacts } from '../entries/entry-facts.ts'
import type { Identity } from '../entries/identity.ts'
import { splitStem } from '../entries/path-hints.ts'
import { nameQuality } from './name-quality.ts'

/** The facts of one library entry that decide which version and which model it belongs to. Stored as JSON. */
export interface EntryClaim {
  /** SHA-256 of all its files, the main file first. */
  files: string[]
  /** The number of files, from the start of `files`, that make it the same version as another entry that has one as its main file. */
  shared: number
  /** The number of files, from the start of `files`, that are parts of it: the shared ones, or all files of a pipeline. */
  parts: number
  /** Ids of the site that a sidecar names. */
  site?: { modelId: number; versionId: number }
  /** The ids of the site that sidecars name for its files, by SHA-256, and for its images. Absent where they name none. */
  siteFiles?: Record<string, number>
  siteImages?: { id: number; path: string; owned: boolean }[]
  /** Ranks of its sources, most important first; an entry with a larger rank decides the facts of the version. */
  tells: number[]
  type: string
  baseModel: string
  /** Unix milliseconds. */
  publishedAt: number
  name: string
  /** The name with its version, if both come from the file name alone. */
  fullName?: string
  /** Name and version as the file name gives them: files of one directory with one family name may be one model. */
  family: { name: string; version?: string }
}

/** A claim with the place of its entry. */
export interface PlacedClaim extends EntryClaim {
  entryId: number
  folderId: number
  /** Path of the stem, relative to the library folder. */
  path: string
}

/** Whether an entry takes part in decisions: it has a file that can be used, or a sidecar that names ids of the site. */
export const isActive = ({ files, site }: EntryClaim): boolean => files.length > 0 || site !== undefined

/** Returns the claim of an entry. `now` (Unix milliseconds) bounds the age of files from the future. */
export function createEntryClaim({ identity, files, images, trust, stem }: EntryFacts, now: number): EntryClaim {
  const ordered = sharedFilesFirst(files)
  const ownStem = redactTokens(stem.slice(stem.lastIndexOf('/') + 1))
  const { name, version, full } = splitStem(ownStem)
  const family = { name: name.toLowerCase(), ...(version !== undefined && { version }) }
  const hashes = [...new Set(ordered.map(({ hashes }) => hashes.sha256))]
  if (!identity)
    return {
      files: [],
      shared: 0,
      parts: 0,
      tells: [trust],
      type: 'Other',
      baseModel: 'Other',
      publishedAt: now,
      name,
      family,
    }
  const site = siteIds(identity)
  const shared = new Set(sharedFiles(ordered).map(({ hashes }) => hashes.sha256)).size
  const isPipeline = ordered.some(({ file }) => dirname(file.path) !== dirname(stem))
  const isNameOfPath = identity.provenance['model.name'] === 'name'
  return {
    files: hashes,
    shared,
    parts: isPipeline ? hashes.length : shared,
    ...(site && { site }),
    ...fileSiteIds(files),
    ...imageSiteIds(images),
    tells: informationRanks(identity, { trust, hasIds: site !== undefined, format: ordered[0]?.identity.format }),
    type: identity.model.type,
    baseModel: identity.version.baseModel,
    publishedAt: publishedAtOf(identity, files, now),
    name: identity.model.name,
    ...(isNameOfPath &&
      identity.provenance['version.name'] === 'name' &&
      identity.model.name === name && { fullName: full }),
    family,
  }
}

function fileSiteIds(files: readonly FileFacts[]): Pick<EntryClaim, 'siteFiles'> {
  const ids = files.flatMap(({ hashes, identity: { id } }) =>
    id !== undefined && isSiteId(id) ? [[hashes.sha256, id] as const] : [],
  )
  return ids.length === 0 ? {} : { siteFiles: Object.fromEntries(ids) }
}

function imageSiteIds(images: readonly ImageFacts[]): Pick<EntryClaim, 'siteImages'> {
  const ids = images.flatMap(({ id, path, owned }) => (id !== undefined && isSiteId(id) ? [{ id, path, owned }] : []))
  return ids.length === 0 ? {} : { siteImages: ids }
}

/** A version whose files do not say when it was published is as old as its oldest file. */
export const publishedAtOf = ({ version }: Identity, files: readonly FileFacts[], now: number): number =>
  version.publishedAt ?? version.createdAt ?? Math.min(now, ...files.map(({ file }) => file.mtimeMs))

/** The main file first, then the files of its type. */
function sharedFilesFirst(files: readonly FileFacts[]): FileFacts[] {
  const own = sharedFiles(files)
  return [...own, ...files.filter((file) => !own.includes(file))]
}

/** A VAE or a configuration next to a model is a file of the model, but the same VAE elsewhere is a model of its own. */
const sharedFiles = (files: readonly FileFacts[]): FileFacts[] =>
  files.filter(({ identity }) => identity.type === files[0]?.identity.type)

function siteIds({ model, version }: Identity): EntryClaim['site'] {
  if (model.id === undefined || version.id === undefined) return undefined
  return isSiteId(model.id) && isSiteId(version.id) ? { modelId: model.id, versionId: version.id } : undefined
}

/**
 * Returns the ranks of an entry's sources: trust in its sidecars first, then whether they name ids, then whether the header or the
 * path give a type, a base model, a format, an informative name and a version.
 */
function informationRanks(
  { provenance, model }: Identity,
  place: { trust: number; hasIds: boolean; format: string | undefined },
): number[] {
  const isKnown = (fact: string) => Number((provenance[fact] ?? 'default') !== 'default')
  const nameSource = provenance['model.name'] ?? 'default'
  return [
    place.trust,
    Number(place.hasIds),
    Number(Object.values(provenance).includes('header')),
    isKnown('model.type'),
    isKnown('version.baseModel'),
    Number(place.format !== undefined && place.format !== 'Other'),
    nameSource === 'name' ? nameQuality(model.name) : maxNameQuality,
    isKnown('version.name'),
  ]
}

const maxNameQuality = 3
