import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** A git repository on the disk. */
export interface Repository {
  /** Its working tree, or itself when it is bare; as findings name it. */
  path: string
  gitDirectory: string
  /** What several working trees of one repository share: the objects. */
  commonDirectory: string
}

/** The repository that a directory is the top of: with a working tree, or bare. */
export function findRepository(directory: string): Repository | undefined {
  const own = join(directory, '.git')
  const gitDirectory = isRepositoryDirectory(own) ? own : existsSync(own) ? linkedDirectory(own) : undefined
  if (gitDirectory !== undefined) return repository(directory, gitDirectory)
  return isRepositoryDirectory(directory) ? repository(directory, directory) : undefined
}

/** Whether a directory holds what git keeps of a repository: a bare one, a `.git`, one of a submodule. */
export const isRepositoryDirectory = (directory: string): boolean =>
  isDirectory(join(directory, 'objects')) && isDirectory(join(directory, 'refs')) && existsSync(join(directory, 'HEAD'))

function repository(path: string, gitDirectory: string): Repository {
  const common = firstLine(join(gitDirectory, 'commondir'))
  return { path, gitDirectory, commonDirectory: resolve(gitDirectory, common ?? '.') }
}

/** Where the `.git` of a further working tree or of a submodule leads (gitrepository-layout). */
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
