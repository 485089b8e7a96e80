import { createReadStream, realpathSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Chunks } from './archives/chunks.ts'
import { type DecompressionLimits, decompressionLimits } from './decompression-limit.ts'
import { findRepository, isRepositoryDirectory, type Repository } from './history/find-repository.ts'
import { GitNotFoundError } from './history/git.ts'
import { scanHistory } from './history/scan-history.ts'
import { scanContent, type TokenScanTools } from './scan-content.ts'
import { scanFile } from './scan-file.ts'
import { reasonOf, type ScanListener } from './scan-listener.ts'
import { openTokenFinder } from './token-finder.ts'
import { walkFiles } from './walk-files.ts'

interface Options {
  stdin: Chunks
  /** Whether to search the histories of repositories in addition to files. */
  withHistory: boolean
  /** Environment variables for git. */
  environment: NodeJS.ProcessEnv
  limits?: DecompressionLimits
}

/** Numbers of searched files and histories. */
interface Totals {
  files: number
  histories: number
}

/**
 * Searches paths for tokens of any hub: files, directories with everything below them, `-` for standard input, and the
 * history of each repository at or below a path. Findings are reported in the order of the paths, those of a history after
 * the files of its path.
 */
export async function scanForTokens(
  paths: readonly string[],
  listener: ScanListener,
  options: Options,
): Promise<Totals> {
  const { stdin, withHistory, environment, limits = decompressionLimits } = options
  const tools: TokenScanTools = { finder: openTokenFinder(), listener, limits }
  const totals = { files: 0, histories: 0 }
  const searched = new Set<string>()
  let hasGit = true

  async function scanPath(path: string): Promise<void> {
    const kind = kindOf(path)
    const repositories: (Repository | undefined)[] = []
    if (kind === 'file') await scanOne(path)
    else if (kind === 'stream') await scanStream(path, createReadStream(path))
    else {
      // Objects are read through git, which can unpack them.
      const isExcluded = (below: string) =>
        withHistory && basename(below) === 'objects' && isRepositoryDirectory(dirname(below))
      for (const step of walkFiles(path, { listener, isExcluded })) {
        if (step.kind === 'file') await scanOne(step.path)
        else if (withHistory) repositories.push(findRepository(step.path))
      }
    }
    for (const repository of repositories) if (repository) await scanRepository(repository)
  }

  function scanOne(path: string): Promise<void> {
    totals.files++
    return scanFile(tools, path)
  }

  function scanStream(path: string, chunks: Chunks): Promise<void> {
    totals.files++
    return scanContent(tools, { path, chunks })
  }

  async function scanRepository(repository: Repository): Promise<void> {
    const { path, commonDirectory } = repository
    try {
      const objects = realpathSync(commonDirectory)
      if (!hasGit || searched.has(objects)) return
      searched.add(objects)
      await scanHistory(tools, repository, environment)
      totals.histories++
    } catch (error) {
      hasGit = !(error instanceof GitNotFoundError)
      const reason = reasonOf(error)
      listener.onProblem(
        path,
        hasGit ? reason : `${reason}: files were searched, but not the histories of repositories`,
      )
    }
  }

  for (const path of paths) {
    try {
      await (path === '-' ? scanStream(path, stdin) : scanPath(path))
    } catch (error) {
      listener.onProblem(path, reasonOf(error))
    }
  }
  return totals
}

function kindOf(path: string): 'file' | 'directory' | 'stream' {
  const status = statSync(path)
  if (status.isDirectory()) return 'directory'
  return status.isFile() ? 'file' : 'stream'
}
