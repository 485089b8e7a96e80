import type { TokenKind } from '../auth/tokens/token-format.ts'
import { findTokens, maxMatchBytes } from './find-tokens.ts'
import { columnOf, countLines, type Encoding, encodingOf, firstLine, isUtf16, type LineCount } from './line-count.ts'

/** A token, and where in the content it stands; see `columnOf` for columns. */
export interface TokenHit {
  line: number
  column: number
  kind: TokenKind
  lastFour: string
  /** See {@link TokenMatch}. */
  identity: string
}

/** One content, from its first byte to its last. */
interface FinderContent {
  onHit(hit: TokenHit): void
  /**
   * Gives a part of the content once more, in pieces of even length. Where it can, lines are counted only when a token is
   * found, which is rare, and searching is several times as fast as counting.
   */
  reread?: ((from: number, to: number) => Iterable<Buffer>) | undefined
}

/** Finds tokens in contents, one after the other, wherever the pieces of a content are cut. */
export interface TokenFinder {
  begin(content: FinderContent): void
  /** Where the next bytes are to be put; never empty. */
  freeSpace(): Buffer
  /** So many bytes have been put there. */
  commit(count: number): void
  push(bytes: Uint8Array): void
  /** Nothing follows; what is left is searched. */
  end(): void
}

/**
 * Makes a finder with one window, in which all contents are searched: memory stays the same whatever their size.
 * @param windowBytes at least some hundreds; as many as a processor's own cache holds are searched fastest
 */
export function openTokenFinder(windowBytes = 1 << 18): TokenFinder {
  const window = Buffer.allocUnsafe(windowBytes)
  let content: FinderContent = { onHit: () => undefined }
  let encoding: Encoding | undefined
  /** Offset of the window in the content. */
  let base = 0
  let filled = 0
  let searched = 0
  let count: LineCount | undefined

  function search(isLast: boolean): void {
    encoding ??= encodingOf(window.subarray(0, filled))
    const bytes = window.subarray(0, filled)
    const to = isLast ? filled : Math.max(searched, filled - maxMatchBytes)
    for (const { index, ...match } of findTokens(bytes, searched, to)) {
      const line = countTo(base + index, encoding)
      content.onHit({ line: line.line, column: columnOf(line, base + index, encoding), ...match })
    }
    searched = to
  }

  /** Counts lines up to an offset in the window. */
  function countTo(offset: number, as: Encoding): LineCount {
    count ??= firstLine(as)
    if (count.offset < base && content.reread)
      for (const bytes of content.reread(count.offset, base)) count = countLines(count, bytes, as)
    const end = isUtf16(as) ? offset - (offset % 2) : offset
    count = countLines(count, window.subarray(count.offset - base, end - base), as)
    return count
  }

  /** Makes room: what was searched goes, by whole characters. */
  function slide(): void {
    const even = searched - (searched % 2)
    if (even <= 0) return
    if (!content.reread && encoding) countTo(base + even, encoding)
    window.copyWithin(0, even, filled)
    base += even
    filled -= even
    searched -= even
  }

  const finder: TokenFinder = {
    begin(next) {
      content = next
      encoding = undefined
      count = undefined
      base = filled = searched = 0
    },
    freeSpace: () => window.subarray(filled),
    commit(taken) {
      filled += taken
      if (filled < window.length) return
      search(false)
      slide()
    },
    push(bytes) {
      for (let at = 0; at < bytes.length; ) {
        const room = finder.freeSpace()
        const part = bytes.subarray(at, at + room.length)
        room.set(part)
        finder.commit(part.length)
        at += part.length
      }
    },
    end: () => search(true),
  }
  return finder
}
