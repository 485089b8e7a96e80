import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** A git repository on the disk. */
export interface Repository {
  /** Its working tree, or the repository itself if it is bare. Findings have paths below it. */
  path: string
  gitDirectory: string
  /** The directory with the objects, which all working trees of a repository share. */
  commonDirectory: string
}

/** Returns the repository whose top directory is `directory`, with a working tree or bare; undefined if there is none. */
export function findRepository(directory: string): Repository | undefined {
  const own = join(directory, '.git')
  const gitDirectory = isRepositoryDirectory(own) ? own : existsSync(own) ? linkedDirectory(own) : undefined
  if (gitDirectory !== undefined) return repository(directory, gitDirectory)
  return isRepositoryDirectory(directory) ? repository(directory, directory) : undefined
}

/** Whether a directory has the layout of a git directory: a bare repository, a `.git`, or that of a submodule. */
export const isRepositoryDirectory = (directory: string): boolean =>
  isDirectory(join(directory, 'objects')) && isDirectory(join(directory, 'refs')) && existsSync(join(directory, 'HEAD'))

function repository(path: string, gitDirectory: string): Repository {
  const common = firstLine(join(gitDirectory, 'commondir'))
  return { path, gitDirectory, commonDirectory: resolve(gitDirectory, common ?? '.') }
}

/** Returns the target of a `.git` file of a linked working tree or a submodule (gitrepository-layout). */
function linkedDirectory(file: string): string | undefined {
  const target = /^gitdir: (.+)$/.exec(firstLine(file) ?? '')?.[1]
  return target === undefined ? undefined : resolve(dirname(file), target)
}

function firstLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').split('\n', 1)[0]
  } catch {
    return undefined
  }
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
