import type { BytesFormat } from '../headers/model-format.ts'
import type { HeaderFacts } from '../headers/model-metadata.ts'
import type { ProbedPreview } from '../images/probe-preview.ts'
import type { SidecarClaim } from '../sidecars/claim.ts'
import type { FoundTokens } from '../token-redactor.ts'
import type { FoundFile } from '../watch/walk.ts'
import type { LibraryProblem } from './entry-facts.ts'
import type { EntryFiles } from './entry-files.ts'

/** What the thread is asked: an entry of the library folder `root`, and where embedded thumbnails go. */
export interface EntryQuestion {
  root: string
  entry: EntryFiles
  ownedFolder: string
  /** Files whose images are not read, since they took too long before. */
  skipped?: readonly string[]
}

/** What the thread answers: which image it begins with, undefined behind the last one, and in the end the reading. */
export type EntryReply = { image: string | undefined } | { reading: EntryReading }

/** What the files of an entry hold, hashes apart. */
export interface EntryReading {
  /** Files worth hashing: their header is sound, or they have none of a known kind. `format` is that of their bytes. */
  models: { file: FoundFile; format?: BytesFormat; header?: HeaderFacts }[]
  claims: SidecarClaim[]
  /** In the order they are shown. */
  previews: PreviewReading[]
  /** What the claims' own problems do not tell. */
  problems: LibraryProblem[]
  /** Bearer tokens in these files; nothing else of the reading has their secrets. */
  found: FoundTokens[]
  /** Whether the disk would not give something that may be there at another time. */
  incomplete: boolean
}

/** A preview whose tokens, if it has any, are among those that were found. */
export type PreviewReading = Omit<ProbedPreview, 'tokens' | 'problems'> & { holdsToken: boolean }
