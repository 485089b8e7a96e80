import { open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readGgufHeader } from '../headers/gguf.ts'
import { type BytesFormat, detectFormat } from '../headers/model-format.ts'
import type { HeaderFacts } from '../headers/model-metadata.ts'
import type { Thumbnail } from '../headers/modelspec.ts'
import { readSafetensorsHeader } from '../headers/safetensors.ts'
import { coversWholeFile } from '../headers/tensor-layout.ts'
import type { ModelHeader } from '../headers/tensors.ts'
import { UnreadableHeader } from '../headers/unreadable-header.ts'
import { type ProbedPreview, probePreview } from '../images/probe-preview.ts'
import { putThumbnail } from '../images/thumbnail.ts'
import { describeParts } from '../sets/describe-parts.ts'
import { decodeSidecar } from '../sidecars/sidecar-encoding.ts'
import { readSidecar } from '../sidecars/sidecar-files.ts'
import { cleanHeader, openTokenSieve } from '../token-redactor.ts'
import { describe, type FoundFile } from '../watch/walk.ts'
import type { EntryQuestion, EntryReading } from './entry-contents.ts'
import { type EntryFiles, isConfig } from './entry-files.ts'

const maxPreviews = 40
const maxSidecarBytes = 64 * 1024 * 1024

/**
 * Reads all of an entry but the hashes. It never fails: what cannot be used is among the problems. `onImage` is called with
 * each image before it is read, and with undefined behind the last one.
 */
export async function readEntryFiles(
  { root, entry, ownedFolder, skipped = [] }: EntryQuestion,
  onImage: (path: string | undefined) => void = () => {},
): Promise<EntryReading> {
  const reading: EntryReading = { models: [], claims: [], previews: [], problems: [], found: [], incomplete: false }
  const sieve = openTokenSieve()
  const complain = (path: string, error: unknown, about = '') => {
    if (isOfTheDisk(error)) reading.incomplete = true
    reading.problems.push({ path, reason: about + sieve.clean(path, describe(error)) })
  }
  /** An image with a token is served without its metadata. A video cannot be. */
  const take = (path: string, { tokens, problems, ...preview }: ProbedPreview) => {
    sieve.note(path, tokens)
    if (preview.type === 'video' && tokens.length > 0)
      throw new Error('a token of a hub stands in it, and a video is served as it is or not at all: take it out')
    reading.previews.push({ ...preview, holdsToken: tokens.length > 0 })
    reading.problems.push(...problems.map((reason) => ({ path, reason })))
  }

  for (const { path } of filesOf(entry)) sieve.clean(path, path)
  const read: ({ file: FoundFile } & ReadModel)[] = []
  for (const file of entry.models) {
    try {
      read.push({ file, ...(await readModel(join(root, file.path), file, (text) => sieve.clean(file.path, text))) })
    } catch (error) {
      complain(file.path, error)
    }
  }
  for (const { file, header } of read)
    reading.problems.push(...(header?.problems ?? []).map((reason) => ({ path: file.path, reason })))
  const headers = read.flatMap(({ file: { path }, header }) => (header ? [{ path, header }] : []))
  const described = new Map(describeParts(headers).map((facts, at) => [headers[at]?.path, facts]))
  const thumbnails: { of: string; image: Thumbnail; place: string }[] = []
  for (const { file, format, isVerified } of read) {
    const facts = described.get(file.path)
    if (facts?.spec?.thumbnail && thumbnails.length === 0)
      thumbnails.push({ of: file.path, image: facts.spec.thumbnail, place: 'the thumbnail in its header' })
    const header = facts && { ...withoutThumbnail(facts), ...(isVerified !== undefined && { isVerified }) }
    reading.models.push({ file, ...(format && { format }), ...(header && { header }) })
  }
  for (const { kind, file } of entry.sidecars) {
    try {
      if (file.sizeBytes > maxSidecarBytes) throw new Error('it is larger than 64 MiB')
      const text = decodeSidecar(await readFile(join(root, file.path)))
      const { thumbnail, ...claim } = readSidecar(kind, sieve.clean(file.path, text))
      reading.claims.push(claim)
      // A sidecar comes before the header, as for every other fact.
      if (thumbnail) thumbnails.unshift({ of: file.path, image: thumbnail, place: 'its thumbnail' })
    } catch (error) {
      complain(file.path, error)
    }
  }
  for (const file of entry.previews.slice(0, maxPreviews)) {
    if (skipped.includes(file.path)) continue
    try {
      onImage(file.path)
      take(file.path, await probePreview(join(root, file.path), file))
    } catch (error) {
      complain(file.path, error)
    }
  }
  for (const { path } of entry.previews.slice(maxPreviews, maxPreviews + 1))
    reading.problems.push({
      path,
      reason: `an entry shows ${maxPreviews} previews; this one and those after it are left out`,
    })
  for (const { of, image, place } of thumbnails) {
    if (reading.previews.length > 0) break
    if (skipped.includes(of)) continue
    try {
      onImage(of)
      take(of, await putThumbnail(ownedFolder, image))
    } catch (error) {
      complain(of, error, `${place} cannot be used: `)
    }
  }
  onImage(undefined)
  return { ...reading, found: sieve.found() }
}

/** What a model file holds. `isVerified`: its tensors cover it to the last byte. */
interface ReadModel {
  format?: BytesFormat
  header?: ModelHeader
  isVerified?: boolean
}

/**
 * Reads the format that the bytes of a model file have, and its header if the format has one. A file that is named
 * `.safetensors` or `.gguf` and has an unknown format is read as what its name says, for the reason why it is not.
 * @throws UnreadableHeader when it is damaged or no model, and what the disk throws
 */
async function readModel(path: string, { sizeBytes }: FoundFile, clean: (text: string) => string): Promise<ReadModel> {
  await using file = await open(path)
  const { size } = await stat(path)
  if (size === 0) throw new UnreadableHeader('too-short', 'it is empty')
  if (size !== sizeBytes) throw Object.assign(new Error('it changed while it was read'), { code: 'ECHANGED' })
  const detected = await detectFormat(file, size, { isConfig: isConfig(path) })
  const named = /\.safetensors$/i.test(path) ? 'SafeTensor' : /\.gguf$/i.test(path) ? 'GGUF' : undefined
  const format = detected ?? named
  if (format !== 'SafeTensor' && format !== 'GGUF') return format ? { format } : {}
  const read = format === 'GGUF' ? readGgufHeader : readSafetensorsHeader
  const header = await read(file, size)
  return { format, header: cleanHeader(header, clean), isVerified: coversWholeFile(header, size) }
}

const filesOf = ({ models, sidecars, previews }: EntryFiles): FoundFile[] => [
  ...models,
  ...sidecars.map(({ file }) => file),
  ...previews,
]

/** Whether the disk is why something could not be read, and not what it holds. */
const isOfTheDisk = (error: unknown): boolean => {
  const { code, cause } = error as NodeJS.ErrnoException
  return code !== undefined || (cause instanceof Error && 'code' in cause && !('input' in cause))
}

/** Pictures are large, and have no business on another thread. */
function withoutThumbnail(header: HeaderFacts): HeaderFacts {
  if (!header.spec) return header
  const { thumbnail: _, ...spec } = header.spec
  return { ...header, spec }
}
