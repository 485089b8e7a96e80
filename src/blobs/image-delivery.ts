import { createHash } from 'node:crypto'
import { deliverableTypes } from '../catalog/media-types.ts'
import type { Database } from '../db/database.ts'
import type { BindPlaceholder } from '../db/prepared-statement.ts'
import { singleProcess, type WorkerBus } from '../worker-bus/worker-bus.ts'
import { type CachedFile, openDiskCache, type RenderedFile } from './disk-cache.ts'
import { parseTransforms, type RenderedTransform, transformKey, wholeImage } from './image-transforms.ts'
import {
  configureRenderer,
  ownFormat,
  possibleFormats,
  type RenderedFormat,
  renderedFormat,
  rendererVersion,
  renderImage,
} from './render-image.ts'
import { findInLibrary } from './resolve-in-root.ts'
import { openSemaphore } from './semaphore.ts'

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
  workerBus = singleProcess,
}: {
  database: Database
  /** Where images lie that the hub owns, those without a library folder. */
  ownedFolder: string
  cacheDirectory: string
  cacheBytes: number
  workerBus?: WorkerBus
}): Promise<ImageDelivery> {
  configureRenderer()
  const queries = prepareQueries(database)
  const cache = await openDiskCache({
    directory: cacheDirectory,
    maxBytes: cacheBytes,
    made: workerBus.channel<RenderedFile>('rendered image'),
  })
  // Of the hub, and so a share of it for each process.
  const renderSlots = openSemaphore({
    maxConcurrent: Math.ceil(2 / workerBus.count),
    maxQueued: Math.ceil(200 / workerBus.count),
  })

  const locate = async (image: ImageRow): Promise<DeliveredImage | { kind: 'missing' | 'changed' }> => {
    const folders = (await queries.folders.all({})).map(({ path }) => path)
    const said = { folder: image.folder ?? ownedFolder, path: image.path }
    const found = await findInLibrary(said, [ownedFolder, ...folders])
    if (!found) return { kind: 'missing' }
    const { size, mtimeMs } = found.stats
    // The index keeps whole milliseconds.
    if (size !== image.size_bytes || Math.abs(mtimeMs - image.mtime_ms) >= 2) return { kind: 'changed' }
    const etag = `"${contentName(image)}"`
    return { kind: 'image', path: found.path, sizeBytes: size, modifiedMs: mtimeMs, mediaType: image.mime, etag }
  }

  /** Renders to `format`, else to what suits the image. What is rendered has no metadata, and so no token in it. */
  const render = async (image: ImageRow, transform: RenderedTransform, only?: RenderedFormat) => {
    const name = renderedName(image, transform)
    const delivered = ({ path, sizeBytes }: CachedFile, format: RenderedFormat): DeliveredImage => {
      return { kind: 'image', path, sizeBytes, mediaType: `image/${format}`, etag: `"${name}"` }
    }
    // What was rendered before needs no look at the source: its name says which bytes it was made of.
    for (const format of only ? [only] : possibleFormats(image.mime)) {
      const held = await cache.held(`${name}.${format}`)
      if (held) return delivered(held, format)
    }
    const original = await locate(image)
    if (original.kind !== 'image') return original
    try {
      const format = only ?? (await renderedFormat(original.path, image.mime))
      const made = await cache.get(`${name}.${format}`, async (target) => {
        const rendering = renderSlots.run(() => renderImage(original.path, target, { ...transform, format }))
        if (!rendering) throw new Busy()
        await rendering
      })
      return delivered(made, format)
    } catch (error) {
      if (error instanceof Busy) return { kind: 'busy' as const }
      if (image.holds_token) return { kind: 'missing' as const }
      // What cannot be decoded here, a browser may still show.
      return original
    }
  }

  return {
    async deliver(uuid, transforms) {
      const image = await queries.image.first({ uuid })
      if (!image || !deliverableTypes.has(image.mime)) return { kind: 'missing' }
      const transform = parseTransforms(transforms)
      if (transform !== 'original' && image.type === 'image') return render(image, transform)
      return image.holds_token ? render(image, wholeImage, ownFormat(image.mime)) : locate(image)
    },
  }
}

interface ImageRow {
  uuid: string
  /** Path of its library folder; null for what the hub owns. */
  folder: string | null
  path: string
  type: 'image' | 'video'
  mime: string
  size_bytes: number
  mtime_ms: number
  holds_token: number
}

/** Changes with the bytes of the image. */
const contentName = ({ uuid, size_bytes, mtime_ms }: ImageRow): string =>
  [uuid, size_bytes.toString(36), mtime_ms.toString(36)].join('-')

const renderedName = (image: ImageRow, transform: RenderedTransform): string =>
  createHash('sha256')
    .update([contentName(image), transformKey(transform), rendererVersion].join('\n'))
    .digest('hex')

class Busy extends Error {}

function prepareQueries(database: Database) {
  return {
    // Served by image_uuid.
    image: database.lookup((query, values: BindPlaceholder<{ uuid: string }>) =>
      query
        .selectFrom('image')
        .leftJoin('library_folder', 'library_folder.id', 'image.folder_id')
        .select(['image.uuid', 'image.path', 'image.type', 'image.mime', 'image.size_bytes', 'image.mtime_ms'])
        .select('image.holds_token')
        .select('library_folder.path as folder')
        .where('image.uuid', '=', values('uuid')),
    ),
    folders: database.lookup((query) => query.selectFrom('library_folder').select('path')),
  }
}
