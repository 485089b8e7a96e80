import { deliverableTypes } from '../../catalog/media-types.ts'
import type { FoundFile } from '../watch/walk.ts'
import { type ProbedImage, probeImage } from './probe-image.ts'
import { UnreadableImage } from './unreadable-image.ts'

/** A preview that can be shown, and where it lies: in the library folder, or `owned`, in the hub's own. */
export interface ProbedPreview extends ProbedImage {
  path: string
  owned: boolean
  mtimeMs: number
}

/** @throws UnreadableImage when it cannot be shown by every browser */
export async function probePreview(
  absolutePath: string,
  { path, mtimeMs }: Pick<FoundFile, 'path' | 'mtimeMs'>,
  { owned = false } = {},
): Promise<ProbedPreview> {
  const probed = await probeImage(absolutePath)
  if (!deliverableTypes.has(probed.mime)) throw new UnreadableImage(`browsers do not show ${probed.mime}`)
  return { ...probed, path, owned, mtimeMs }
}
