/** Bytes `first` to `last`, both included. */
export interface ByteRange {
  first: number
  last: number
}

/**
 * What a `Range` header asks of `size` bytes (RFC 9110 §14.1.2): some ranges in the order asked, the whole where the
 * header is absent, of another unit, malformed or excessive (§14.2), or nothing that exists (416).
 */
export function parseRange(header: string | undefined, size: number): ByteRange[] | 'whole' | 'unsatisfiable' {
  const specification = header === undefined ? undefined : /^bytes=(.*)$/i.exec(header.trim())?.[1]
  if (specification === undefined) return 'whole'
  const asked = specification
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
  if (asked.length === 0 || asked.length > maxRanges || !asked.every(isRangeSpec)) return 'whole'
  const ranges = asked.map((part) => resolveRange(part, size)).filter((range) => range !== undefined)
  if (ranges.length === 0) return 'unsatisfiable'
  if (ranges.length > 1 && lengthOf(ranges) > size) return 'whole'
  return ranges
}

/** `If-Range` (RFC 9110 §13.1.5): whether the ranges may be given. A date proves too little here, so it never does. */
export const matchesIfRange = (header: string | undefined, etag: string): boolean =>
  header === undefined || header.trim() === etag

/** `Content-Range` of one part. */
export const contentRange = ({ first, last }: ByteRange, size: number): string => `bytes ${first}-${last}/${size}`

const maxRanges = 16

const isRangeSpec = (part: string) => /^(?:\d+-\d*|-\d+)$/.test(part)

const lengthOf = (ranges: ByteRange[]) => ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0)

/** Undefined for what lies outside of the file, or ends before it begins. Digits without end become Infinity. */
function resolveRange(part: string, size: number): ByteRange | undefined {
  const [from = '', to = ''] = part.split('-')
  const range =
    from === ''
      ? { first: Math.max(0, size - Number(to)), last: size - 1 }
      : { first: Number(from), last: to === '' ? size - 1 : Math.min(Number(to), size - 1) }
  return range.first <= range.last ? range : undefined
}
