import { boundFields } from '../generation/bound-fields.ts'
import type { ClaimedImage, SidecarClaim } from '../sidecars/claim.ts'
import type { EntryReading, PreviewReading } from './entry-contents.ts'

/**
 * Bounds the generation data of the images of an entry. Data that has more values than any program writes, or nests deeper,
 * is left out as a whole, since the next thread would run out of stack or be busy for seconds; fields that are too long are
 * cut. Either is reported.
 */
export function capImageMetadata(reading: EntryReading): EntryReading {
  let left = maxValues
  const bound = <Image extends PreviewReading | ClaimedImage>(image: Image): { image: Image; reasons: string[] } => {
    if (image.meta === undefined) return { image, reasons: [] }
    const count = countValues(image.meta, left)
    if (count > left) return { image: withoutMeta(image), reasons: ['holds or nests too much, and is left out'] }
    left -= count
    const { meta, cut } = boundFields(image.meta)
    return cut.length === 0 ? { image, reasons: [] } : { image: { ...image, meta }, reasons: cut }
  }
  const previews = reading.previews.map(bound)
  const ofClaim = (claim: SidecarClaim): SidecarClaim => {
    const images = claim.images?.map(bound)
    const reasons = images?.flatMap(({ reasons }, index) => reasons.map((reason) => ({ index, reason }))) ?? []
    if (images === undefined || reasons.length === 0) return claim
    const problems = reasons
      .slice(0, maxReasons)
      .map(({ index, reason }) => ({ field: `images[${index}].meta`, reason: `Generation data: ${reason}` }))
    return { ...claim, images: images.map(({ image }) => image), problems: [...claim.problems, ...problems] }
  }
  const tooLong = previews.flatMap(({ image: { path }, reasons }) =>
    reasons.slice(0, maxReasons).map((reason) => ({ path, reason: `its generation data: ${reason}` })),
  )
  return {
    ...reading,
    previews: previews.map(({ image }) => image),
    claims: reading.claims.map(ofClaim),
    problems: [...reading.problems, ...tooLong],
  }
}

/** Of all images of an entry together. Real ones have some dozens each. */
const maxValues = 100_000
const maxDepth = 100
/** Reported for each image of a folder, and for each sidecar. */
const maxReasons = 10

/** The number of values in `value`; infinite when there are more than `most`, or when they nest too deep. */
function countValues(value: unknown, most: number, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 1
  if (depth > maxDepth) return Number.POSITIVE_INFINITY
  let count = 1
  for (const child of Object.values(value)) {
    count += countValues(child, most, depth + 1)
    if (count > most) return Number.POSITIVE_INFINITY
  }
  return count
}

function withoutMeta<Image extends PreviewReading | ClaimedImage>(image: Image): Image {
  return { ...image, meta: undefined }
}
