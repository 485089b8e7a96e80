import { dirname } from 'node:path/posix'
import { redactTokens } from '../../auth/tokens/token-format.ts'
import { isSiteId } from '../../catalog/local-ids.ts'
import type { EntryFacts, FileFacts, ImageFacts } from '../entries/entry-facts.ts'
import type { Identity } from '../entries/identity.ts'
import { splitStem } from '../entries/path-hints.ts'
import { nameQuality } from './name-quality.ts'

/** The facts of one library entry that decide its version and its model. Stored as JSON in `library_entry.claim`. */
export interface EntryClaim {
  /** SHA-256 of each of its files, the main file first. */
  files: string[]
  /**
   * Number of files at the start of `files` that can be shared: an entry with one of them as its main file is the same
   * version.
   */
  shared: number
  /** Number of files at the start of `files` that are parts of one model: the shared ones, or all files of a pipeline. */
  parts: number
  /** The site ids that a sidecar names. */
  site?: { modelId: number; versionId: number }
  /** The site ids that sidecars name for its files, by SHA-256. */
  siteFiles?: Record<string, number>
  /** The site ids that sidecars name for its images. */
  siteImages?: { id: number; path: string; owned: boolean }[]
  /** Ranks of its sources, most important first. The entry with the larger ranks decides the facts of its version. */
  tells: number[]
  type: string
  baseModel: string
  /** Unix milliseconds. */
  publishedAt: number
  name: string
  /** The name with its version, if both come from the file name only. */
  fullName?: string
  /** Name and version from the file name: files of one directory with the same family name can be one model. */
  family: { name: string; version?: string }
}

/** A claim with the location of its entry. */
export interface PlacedClaim extends EntryClaim {
  entryId: number
  folderId: number
  /** Path of the stem, relative to the library folder. */
  path: string
}

/** Whether an entry takes part in grouping: it has a usable file, or a sidecar that names site ids. */
export const isActive = ({ files, site }: EntryClaim): boolean => files.length > 0 || site !== undefined

/**
 * Returns the claim of an entry. It depends only on the entry's own files and sidecars, never on other entries or on the
 * catalog. `now` (Unix milliseconds) caps modification times that lie in the future.
 */
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

/** Returns the publication time of a version, or the age of its oldest file if no source states one. Unix milliseconds. */
export const publishedAtOf = ({ version }: Identity, files: readonly FileFacts[], now: number): number =>
  version.publishedAt ?? version.createdAt ?? Math.min(now, ...files.map(({ file }) => file.mtimeMs))

/** Returns the main file, then the other files of its type, then the rest. */
function sharedFilesFirst(files: readonly FileFacts[]): FileFacts[] {
  const own = sharedFiles(files)
  return [...own, ...files.filter((file) => !own.includes(file))]
}

/** Returns the files of the main file's type. A VAE next to a model is its file; the same VAE elsewhere is a separate model. */
const sharedFiles = (files: readonly FileFacts[]): FileFacts[] =>
  files.filter(({ identity }) => identity.type === files[0]?.identity.type)

function siteIds({ model, version }: Identity): EntryClaim['site'] {
  if (model.id === undefined || version.id === undefined) return undefined
  return isSiteId(model.id) && isSiteId(version.id) ? { modelId: model.id, versionId: version.id } : undefined
}

/**
 * Returns the ranks of an entry's sources, most important first: trust in its sidecars, whether they name site ids, whether
 * the header gives any fact, then a known type, base model, format, name and version ("Which version a file is" in
 * docs/library.md).
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
