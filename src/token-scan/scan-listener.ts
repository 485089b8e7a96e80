import type { TokenHit } from './token-finder.ts'

/** A token, and where it lies. */
export interface TokenFinding
  extends Partial<Pick<TokenHit, 'line' | 'column'>>,
    Pick<TokenHit, 'kind' | 'lastFour' | 'identity'> {
  /** As it was named, or reached from what was named; `archive!entry` in an archive, `-` for standard input. */
  path: string
  /** What of it holds the token. A name has no line. */
  part: 'content' | 'name' | 'commit message' | 'tag'
  /** In the history of a repository: the oldest commit with it. */
  commit?: string
  /** In the history of a repository, when no commit has it: the object. */
  object?: string
}

/** Hears what a scan comes upon, as it does. */
export interface ScanListener {
  onFinding(finding: TokenFinding): void
  /** Something could not be looked at, or not to its end. */
  onProblem(path: string, reason: string): void
  /** So many more bytes of a path have been read. */
  onRead(path: string, bytes: number): void
}

/** A system error in words, without the path, which is told beside it. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^E[A-Z0-9]+: ([^,]+), .*$/s, '$1') : String(error)
