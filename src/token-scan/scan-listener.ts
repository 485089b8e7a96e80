import type { TokenHit } from './token-finder.ts'

/** A token and its location. */
export interface TokenFinding
  extends Partial<Pick<TokenHit, 'line' | 'column'>>,
    Pick<TokenHit, 'kind' | 'lastFour' | 'identity'> {
  /** The path, starting with the argument that led to it; `archive!entry` in an archive, `-` for standard input. */
  path: string
  /** The part of the file or object that contains the token. A name has no line. */
  part: 'content' | 'name' | 'commit message' | 'tag'
  /** In the history of a repository: the oldest commit with the token. */
  commit?: string
  /** In the history of a repository, if no commit has the token: the id of the object. */
  object?: string
}

/** Callbacks of a scan, called as it proceeds. */
export interface ScanListener {
  onFinding(finding: TokenFinding): void
  /** A path could not be searched, or not completely. */
  onProblem(path: string, reason: string): void
  /** `bytes` more bytes of a path were read. */
  onRead(path: string, bytes: number): void
}

/** Returns the message of an error. System errors lose their path, which is reported separately. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^E[A-Z0-9]+: ([^,]+), .*$/s, '$1') : String(error)
