import type { EntryReading } from './read-entry-files.ts'
import type { ClaimedImage, SidecarClaim } from './sidecars/claim.ts'

/**
 * Leaves out the parameters of images that hold more, or nest deeper, than any tool writes: whoever takes the reading over
 * would run out of stack, or hold up everybody else for seconds.
 */
export function withModestMeta(reading: EntryReading): EntryReading {
  let left = mostValues
  const fits = ({ meta }: { meta?: Record<string, unknown> | undefined }): boolean => {
    const count = countValues(meta, left)
    if (count > left) return false
    left -= count
    return true
  }
  const ofClaim = (claim: SidecarClaim): SidecarClaim => {
    const over = new Set(claim.images?.filter((image) => !fits(image)))
    if (over.size === 0) return claim
    const images = claim.images?.map((image) => (over.has(image) ? withoutMeta(image) : image)) ?? []
    const problem = { field: 'images', reason: `The parameters of ${over.size} hold or nest too much` }
    return { ...claim, images, problems: [...claim.problems, problem] }
  }
  const over = new Set(reading.previews.filter((preview) => !fits(preview)))
  return {
    ...reading,
    previews: reading.previews.map((preview) => (over.has(preview) ? { ...preview, meta: undefined } : preview)),
    claims: reading.claims.map(ofClaim),
    problems: [
      ...reading.problems,
      ...[...over].map(({ path }) => ({ path, reason: 'its parameters hold or nest too much, and are left out' })),
    ],
  }
}

/** Of all images of an entry together. Real ones have some dozens each. */
const mostValues = 100_000
const deepestNesting = 100

/** How many values there are in `value`; infinitely many when they are more than `most`, or nest too deep. */
function countValues(value: unknown, most: number, depth = 0): number {
  if (typeof value !== 'object' || value === null) return 1
  if (depth > deepestNesting) return Number.POSITIVE_INFINITY
  let count = 1
  for (const child of Object.values(value)) {
    count += countValues(child, most, depth + 1)
    if (count > most) return Number.POSITIVE_INFINITY
  }
  return count
}

function withoutMeta({ meta: _, ...image }: ClaimedImage): ClaimedImage {
  return image
}
