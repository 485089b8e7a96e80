import type { TokenKind } from '../auth/tokens/token-format.ts'
import { findTokens, maxMatchBytes } from './find-tokens.ts'
import { columnOf, countLines, type Encoding, encodingOf, firstLine, isUtf16, type LineCount } from './line-count.ts'

/** A token and its position in the content; see `columnOf` for columns. */
export interface TokenHit {
  line: number
  column: number
  kind: TokenKind
  lastFour: string
  /** See {@link TokenMatch}. */
  identity: string
}

/** The content to search. */
interface FinderContent {
  onHit(hit: TokenHit): void
  /**
   * Reads a part of the content again, in chunks of even length. With it, lines are counted only when a token is found,
   * which is rare: searching is several times as fast as counting.
   */
  reread?: ((from: number, to: number) => Iterable<Buffer>) | undefined
}

/** Finds tokens in one content after another, however it is split into chunks. */
export interface TokenFinder {
  /** Starts a content. */
  begin(content: FinderContent): void
  /** Returns the free part of the window, for the caller to write the next bytes to. Never empty. */
  freeSpace(): Buffer
  /** Searches the `count` bytes that were written to `freeSpace()`. */
  commit(count: number): void
  /** Copies and searches the next bytes. */
  push(bytes: Uint8Array): void
  /** Searches the rest of the window and ends the content. */
  end(): void
}

/**
 * Opens a finder. It searches all contents in one window, so its memory does not depend on their size.
 * @param windowBytes at least several hundred; fastest if the window fits into a processor cache
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

  /** Discards the searched bytes from the window, in whole characters. */
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
