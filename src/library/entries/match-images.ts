import { isSiteId } from '../../catalog/local-ids.ts'
import { browsingLevels } from '../../catalog/nsfw/browsing-level.ts'
import { hashesIn } from '../generation/parse-generation.ts'
import { stillOf } from '../images/still-images.ts'
import type { ClaimedImage, SidecarClaim } from '../sidecars/claim.ts'
import type { PreviewReading } from './entry-contents.ts'
import type { ImageFacts } from './entry-facts.ts'
import type { Identity } from './identity.ts'

/**
 * Tells which image of the sidecars' list a preview is: the one at the same place, where their shapes agree, else the
 * first of its shape. From it come id, level, and how it was made where the file does not say itself. A preview without a
 * level is taken for the strictest that is named. `places` are those of the previews beside the file, where some may not
 * be readable.
 */
export function matchImages(
  previews: readonly PreviewReading[],
  { places, identity, claims }: { places: readonly number[]; identity: Identity; claims: readonly SidecarClaim[] },
): ImageFacts[] {
  const claimed = identity.images.filter(({ type }) => type !== 'audio')
  const unknownLevel = strictest(claimed) ?? (identity.model.nsfw ? browsingLevels.X : browsingLevels.PG)
  const firstLevel = claims.find(({ previewLevel }) => previewLevel !== undefined)?.previewLevel
  const unused = new Set(claimed)
  const take = (claim: ClaimedImage | undefined) => {
    if (claim) unused.delete(claim)
    return claim
  }
  const samePlace = previews.map((preview, index) => {
    const claim = claimed[places[index] ?? index]
    return claim && agree(preview, claim) ? take(claim) : undefined
  })
  const ids = new Set<number>()
  return previews.map((preview, index) => {
    const claim =
      samePlace[index] ?? take([...unused].find((image) => image.width !== undefined && agree(preview, image)))
    const { path, owned, sizeBytes, mtimeMs, type, mime, width, height, blurHash, holdsToken } = preview
    const id = claim?.id !== undefined && isSiteId(claim.id) && !ids.has(claim.id) ? claim.id : undefined
    if (id !== undefined) ids.add(id)
    const postId = claim?.postId !== undefined && isSiteId(claim.postId) ? claim.postId : undefined
    const still = stillOf(preview, previews)
    return {
      path,
      owned,
      sizeBytes,
      mtimeMs,
      type,
      mime,
      width,
      height,
      blurHash,
      holdsToken,
      ...(id !== undefined && { id }),
      ...(postId !== undefined && { postId }),
      ...(still !== undefined && { still }),
      nsfwLevel: (places[index] === 0 ? firstLevel : undefined) ?? claim?.nsfwLevel ?? unknownLevel,
      meta: preview.meta ?? claim?.meta,
      modelHashes: preview.meta || !claim?.meta ? preview.modelHashes : hashesIn(claim.meta),
    }
  })
}

/** Sizes differ where a tool kept a smaller copy; the shape stays, but for rounding. */
function agree(preview: PreviewReading, { width, height, type }: ClaimedImage): boolean {
  if (type !== preview.type) return false
  if (width === undefined || height === undefined) return true
  const ratio = (preview.width * height) / (preview.height * width)
  return Math.abs(ratio - 1) < 0.02
}

function strictest(images: readonly ClaimedImage[]): number | undefined {
  const levels = images.flatMap(({ nsfwLevel }) => nsfwLevel ?? [])
  return levels.length === 0 ? undefined : Math.max(...levels)
}
