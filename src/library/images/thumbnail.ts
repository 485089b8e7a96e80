import { createHash, randomUUID } from 'node:crypto'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { extensionOf } from '../../catalog/media-types.ts'
import type { Thumbnail } from '../headers/modelspec.ts'
import { imageFormatOf } from './image-format.ts'
import { probeImage } from './probe-image.ts'
import { type ProbedPreview, probePreview } from './probe-preview.ts'
import { UnreadableImage } from './unreadable-image.ts'

/**
 * Keeps the picture that a header carries inside as a file of the hub's own, named by its content; one that is there
 * already is not written again.
 * @throws UnreadableImage when it is no picture, and what the disk throws
 */
export async function putThumbnail(ownedFolder: string, { bytes }: Thumbnail): Promise<ProbedPreview> {
  const format = imageFormatOf(Buffer.from(bytes.subarray(0, 32)))
  if (format?.type !== 'image') throw new UnreadableImage('its bytes are of no format that is known')
  const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}.${extensionOf(format.mime)}`
  const path = join(ownedFolder, name)
  const isThere = await stat(path).then(
    ({ size }) => size === bytes.length,
    () => false,
  )
  if (!isThere) await writeWhole(path, bytes)
  const { mtimeMs } = await stat(path)
  return probePreview(path, { path: name, mtimeMs: Math.floor(mtimeMs) }, { owned: true })
}

/** Under its name a file is a picture that can be shown, and whole, or it is not there. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.part`
  await mkdir(join(path, '..'), { recursive: true })
  try {
    await writeFile(unfinished, bytes)
    await probeImage(unfinished)
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}
