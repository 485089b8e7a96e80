import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path/posix'
import type { LibraryProblem } from '../entries/entry-facts.ts'
import { type EntryFiles, groupEntries } from '../entries/entry-files.ts'
import { findPipelineComponents, pipelineIndex } from '../sets/pipelines.ts'
import type { Exclusions } from '../watch/exclusions.ts'
import { type FoundFile, pathIn, type Scope, type WalkStep, walk } from '../watch/walk.ts'
import type { KnownEntries, KnownEntry } from './known-entries.ts'
import { openUnreadablePaths } from './unreadable-paths.ts'

/** The work of a scan in one folder. */
export interface ScanPlan {
  /** Entries that are new, or whose files changed since they were read. */
  changed: { entry: EntryFiles; isNew: boolean }[]
  unchanged: number
  /** Ids of entries whose files are gone. */
  gone: number[]
  /** Files and directories that could not be read. */
  problems: LibraryProblem[]
}

/**
 * Compares parts of a folder with its recorded entries. `onDirectory` is called with the number of files of each directory.
 *
 * Invariant: an entry is in `gone` only if its directory was read and its files are not there. Entries at or below a path
 * that cannot be read stay as they are.
 */
export async function planScan({
  known,
  folder,
  scopes,
  exclusions,
  onDirectory,
}: {
  known: KnownEntries
  folder: { id: number; path: string }
  scopes: readonly Scope[]
  exclusions: Exclusions
  onDirectory: (files: number) => void
}): Promise<ScanPlan> {
  const plan: ScanPlan = { changed: [], unchanged: 0, gone: [], problems: [] }
  const visited = new Set<string>()
  const unread = openUnreadablePaths()

  const isPartlyUnread = ({ stem, isPipeline }: EntryFiles) =>
    isPipeline ? unread.hasAtOrBelow(parentOf(stem)) : unread.hasPrefix(stem)

  const compare = async (entries: EntryFiles[], before: KnownEntry[]) => {
    const earlier = new Map(before.map((entry) => [pathOf(entry), entry]))
    for (const entry of entries) {
      const match = earlier.get(entry.stem)
      earlier.delete(entry.stem)
      // An entry with a file that is currently unreadable stays as it is.
      if (match && isPartlyUnread(entry)) plan.unchanged++
      else if (match?.fingerprint === entry.fingerprint) plan.unchanged++
      else plan.changed.push({ entry, isNew: match === undefined })
    }
    for (const [path, { id }] of earlier) {
      if (!unread.hasPrefix(path) && !unread.covers(path)) plan.gone.push(id)
    }
  }

  /** Component folders of the pipelines found so far. */
  const components = new Set<string>()

  /** Returns the pipeline in a directory with the files of its components; undefined if the directory is no pipeline. */
  const pipelineIn = async (step: WalkStep & { kind: 'directory' }) => {
    const index = step.files.find(({ path }) => path === pathIn(step.path, pipelineIndex))
    if (!index) return undefined
    const files: FoundFile[] = []
    const found = await findPipelineComponents(folder.path, index, step.directories)
    if (found.problem) plan.problems.push(found.problem)
    for (const directory of found.directories) {
      components.add(directory)
      for await (const part of walk(folder.path, { directory, deep: false }, exclusions)) {
        if (part.kind === 'directory') files.push(...part.files)
        else {
          plan.problems.push({ path: part.path, reason: part.reason })
          if (part.unread) for (const path of [part.path, step.path]) unread.add(path)
        }
      }
    }
    return { index, files }
  }

  /** Returns the parent of a directory if it is a pipeline, because the directory may be one of its components. */
  const pipelineAround = async (directory: string): Promise<string | undefined> => {
    if (directory === '') return undefined
    const parent = parentOf(directory)
    const isPipeline = await access(join(folder.path, parent, pipelineIndex)).then(
      () => true,
      () => false,
    )
    return isPipeline ? parent : undefined
  }

  const visit = async (scope: Scope): Promise<void> => {
    for await (const step of walk(folder.path, scope, exclusions)) {
      if (step.kind === 'problem') {
        plan.problems.push({ path: step.path, reason: step.reason })
        if (step.unread) unread.add(step.path)
        continue
      }
      if (visited.has(step.path)) continue
      visited.add(step.path)
      onDirectory(step.files.length)
      const before = await known.inDirectory(folder.id, step.path)
      const pipeline = components.has(step.path) ? undefined : await pipelineIn(step)
      // The files of a component belong to the entry of its pipeline.
      const files = components.has(step.path) ? [] : step.files
      await compare(groupEntries(files, new Set(before.map(pathOf)), pipeline), before)
      if (!scope.deep)
        await visitChildren(
          step.path,
          step.directories.filter((path) => !components.has(path)),
        )
    }
    if (scope.deep) await removeUnvisited(scope.directory)
  }

  /** Handles the subdirectories of a directory that is scanned without them: new ones are walked, missing ones removed. */
  const visitChildren = async (directory: string, children: readonly string[]) => {
    const below = (await known.directoriesBelow(folder.id, directory)).filter((path) => path !== directory)
    const [knownChildren, present] = [new Set(below.map((path) => childOf(directory, path))), new Set(children)]
    for (const child of children) if (!knownChildren.has(child)) await visit({ directory: child, deep: true })
    await removeDirectories(below.filter((path) => !present.has(childOf(directory, path))))
  }

  const removeUnvisited = async (directory: string) =>
    removeDirectories((await known.directoriesBelow(folder.id, directory)).filter((path) => !visited.has(path)))

  const removeDirectories = async (directories: readonly string[]) => {
    for (const directory of directories) {
      if (unread.covers(directory)) continue
      for (const { id } of await known.inDirectory(folder.id, directory)) plan.gone.push(id)
    }
  }

  for (const scope of scopes) {
    const pipeline = await pipelineAround(scope.directory)
    // The files of a component are compared as part of its pipeline, those of other folders in it separately.
    if (pipeline !== undefined) await visit({ directory: pipeline, deep: false })
    await visit(scope)
  }
  return plan
}

const pathOf = ({ directory, stem }: KnownEntry) => (directory === '' ? stem : `${directory}/${stem}`)

const parentOf = (path: string) => (dirname(path) === '.' ? '' : dirname(path))

/** Returns the direct child of `directory` that is `path` or contains it. `path` is below `directory`. */
function childOf(directory: string, path: string): string {
  const start = directory === '' ? 0 : directory.length + 1
  const end = path.indexOf('/', start)
  return end === -1 ? path : path.slice(0, end)
}
