import { createHash } from 'node:crypto'
import type { Database } from '../db/database.ts'
import type { PlaceholderOf } from '../db/prepared.ts'
import { openDiskCache } from './disk-cache.ts'
import { parseTransforms, type RenderedTransform, transformKey } from './image-transforms.ts'
import { findInLibrary } from './library-path.ts'
import { configureRenderer, type RenderedFormat, renderedFormat, rendererVersion, renderImage } from './render-image.ts'
import { openTurns } from './turns.ts'

/** An image as a file on the disk: the original in place, or a rendered copy. */
export interface DeliveredImage {
  kind: 'image'
  path: string
  sizeBytes: number
  modifiedMs?: number
  mediaType: string
  /** With its quotes. */
  etag: string
}

export interface ImageDelivery {
  /** `transforms` as in the address. `busy` when too many wait for a rendered copy already. */
  deliver(uuid: string, transforms: string): Promise<DeliveredImage | { kind: 'missing' | 'changed' | 'busy' }>
}

export async function openImageDelivery({
  database,
  ownedFolder,
  cacheDirectory,
  cacheBytes,
}: {
  database: Database
  /** Where images lie that the hub owns, those without a library folder. */
  ownedFolder: string
  cacheDirectory: string
  cacheBytes: number
}): Promise<ImageDelivery> {
  configureRenderer()
  const queries = prepareQueries(database)
  const cache = await openDiskCache({ directory: cacheDirectory, maxBytes: cacheBytes })
  const turns = openTurns({ atOnce: 2, mostWaiting: 200 })

  const rendered = async (original: DeliveredImage, transform: RenderedTransform) => {
    const name = createHash('sha256')
      .update([original.etag, transformKey(transform), rendererVersion].join('\n'))
      .digest('hex')
    let format: RenderedFormat
    try {
      format = await renderedFormat(original.path, original.mediaType)
      const { path, sizeBytes } = await cache.get(`${name}.${format}`, async (target) => {
        const turn = turns.take(() => renderImage(original.path, target, { ...transform, format }))
        if (!turn) throw new Busy()
        await turn
      })
      return { kind: 'image' as const, path, sizeBytes, mediaType: `image/${format}`, etag: `"${name}"` }
    } catch (error) {
      if (error instanceof Busy) return { kind: 'busy' as const }
      // What cannot be decoded here, a browser may still show.
      return original
    }
  }

  return {
    async deliver(uuid, transforms) {
      const image = await queries.image.first({ uuid })
      if (!image || !deliverable.has(image.mime)) return { kind: 'missing' }
      const folder = image.folder ?? ownedFolder
      const folders = (await queries.folders.all({})).map(({ path }) => path)
      const found = await findInLibrary({ folder, path: image.path }, [ownedFolder, ...folders])
      if (!found) return { kind: 'missing' }
      const { size, mtimeMs } = found.stats
      if (size !== image.size_bytes || Math.abs(mtimeMs - image.mtime_ms) >= 2) return { kind: 'changed' }
      const original: DeliveredImage = {
        kind: 'image',
        path: found.path,
        sizeBytes: size,
        modifiedMs: mtimeMs,
        mediaType: image.mime,
        etag: `"${uuid}-${size.toString(36)}-${image.mtime_ms.toString(36)}"`,
      }
      const transform = parseTransforms(transforms)
      return transform === 'original' || image.type === 'video' ? original : rendered(original, transform)
    },
  }
}

class Busy extends Error {}

/** Nothing that a browser would run: SVG is not among them. */
const deliverable = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'video/mp4',
  'video/webm',
])

function prepareQueries(database: Database) {
  return {
    // Served by image_uuid.
    image: database.lookup((query, values: PlaceholderOf<{ uuid: string }>) =>
      query
        .selectFrom('image')
        .leftJoin('library_folder', 'library_folder.id', 'image.folder_id')
        .select(['image.path', 'image.type', 'image.mime', 'image.size_bytes', 'image.mtime_ms'])
        .select('library_folder.path as folder')
        .where('image.uuid', '=', values('uuid')),
    ),
    folders: database.lookup((query) => query.selectFrom('library_folder').select('path')),
  }
}
