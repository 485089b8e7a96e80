import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** Runs git commands on one repository. */
export type Git = (args: string[]) => GitRun

export interface GitRun {
  stdin: Writable
  stdout: Readable
  /** Rejects when git is not there, or ends badly. */
  ended: Promise<void>
}

/** There is no `git` on this machine. */
export class GitNotFoundError extends Error {
  override name = 'GitNotFoundError'
}

/**
 * Git on a repository that may be somebody else's. The repository is named, so that git neither looks for another one
 * nor minds who owns it (`safe.directory`). The commands that are run here only read, and what a repository's configuration
 * could have them run is turned off. Nothing is fetched, also of a partial clone.
 */
export function openGit(gitDirectory: string, environment: NodeJS.ProcessEnv): Git {
  // A hook sets these, for a repository that need not be this one.
  const inherited = Object.entries(environment).filter(([name]) => !repositoryVariables.has(name))
  const env = { ...Object.fromEntries(inherited), ...fixedEnvironment }
  return (args) => {
    const child = spawn('git', [...fixedOptions, `--git-dir=${gitDirectory}`, ...args], { env, stdio: 'pipe' })
    return { stdin: child.stdin, stdout: child.stdout, ended: waitForExit(child) }
  }
}

const repositoryVariables = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_CONFIG_PARAMETERS',
])

// Even diff-tree, which looks at no working tree, asks a file system monitor for changes in it.
const fixedOptions = ['--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null']

const fixedEnvironment = {
  LC_ALL: 'C',
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
}

async function waitForExit(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<void> {
  // What it can no longer be told does not matter: its end tells why.
  child.stdin.on('error', () => undefined)
  const [stderr, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ENOENT' ? new GitNotFoundError('git is not installed') : error),
      )
      child.on('close', resolve)
    }),
  ])
  if (code !== 0) throw new Error(`git: ${stderr.trim().split('\n').at(-1) || `ended with ${code}`}`)
}
