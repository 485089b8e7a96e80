import type { ActorContext } from '../audit/actor-context.ts'
import type { LibraryProblem } from './entries/entry-facts.ts'
import type { LibrarySummary } from './summarize.ts'

/** The folders of model files that the hub indexes in place, and what it knows of them. */
export interface Library {
  /** Absolute paths, in the order they were added. */
  folders(): Promise<string[]>
  /** What is known of the folders, and what is wrong with them; quick whatever their size. */
  summarize(): Promise<LibrarySummary>
  /**
   * Adds folders; one that is known already stays as it is.
   * @throws UnusableFolder when one is no directory that can be read, or lies inside another or around it; none is added then
   */
  addFolders(paths: readonly string[], by: ActorContext): Promise<void>
  /** Takes a folder out of the library, with all that only it holds. Nothing in it is touched. False when it is not known. */
  removeFolder(path: string, by: ActorContext): Promise<boolean>
  /**
   * Reads what changed in the folders since the last scan. Ends with `done`; whoever stops iterating ends it early, and
   * the next scan continues there.
   * @param folders which of the known ones; all when absent
   */
  scan(options?: { folders?: readonly string[]; signal?: AbortSignal }): AsyncIterable<ScanEvent>
  /** Follows changes in all folders until it is closed. */
  watch(listener: WatchListener): Promise<LibraryWatch>
  close(): Promise<void>
}

export interface WatchListener {
  /** What the scans that the watch starts report, each up to its `done`. */
  onScan(event: ScanEvent): void
  /** Folders came or went by another process, and the watch is that of the new ones. */
  onFolders(): void
  /** Such a scan ended without its `done`. */
  onScanFailed(error: unknown): void
  onError(error: unknown): void
}

export interface LibraryWatch {
  /** Whether changes are noticed in every directory of a folder. */
  watches(folder: string): boolean
  close(): Promise<void>
}

/** Long work tells how far it is. Files and bytes are those that have to be read, not those that are known already. */
export type ScanEvent =
  | { kind: 'walking'; directories: number; files: number }
  | {
      kind: 'reading'
      directories: number
      doneFiles: number
      files: number
      doneBytes: number
      bytes: number
      path: string
    }
  | { kind: 'done'; summary: ScanSummary }

export interface ScanSummary {
  /** Entries: what shares one stem in one directory. */
  added: number
  changed: number
  unchanged: number
  removed: number
  /** Model files that were read whole, and their bytes. */
  hashedFiles: number
  hashedBytes: number
  seconds: number
  /** Whether it got to its end. */
  complete: boolean
  /** All that stand, those of earlier scans included, by path. Paths are absolute. */
  problems: LibraryProblem[]
}
