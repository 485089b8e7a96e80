/** The keys that begin with a text: from it, to before what sorts behind all of them. */
export interface PrefixRange {
  from: string
  to: string
}

/** As a range an index is sought by it, which a pattern is not. Keys are compared byte by byte, in UTF-8. */
export const prefixRange = (prefix: string): PrefixRange => ({ from: prefix, to: `${prefix}\u{10ffff}` })
