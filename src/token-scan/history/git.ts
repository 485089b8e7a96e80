import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** Runs git commands on one repository. */
export type Git = (args: string[]) => GitRun

export interface GitRun {
  stdin: Writable
  stdout: Readable
  /** Rejects if git is not installed or exits with an error. */
  ended: Promise<void>
}

/** `git` is not installed. */
export class GitNotFoundError extends Error {
  override name = 'GitNotFoundError'
}

/**
 * Returns a function that runs git on a repository that may belong to another user. `--git-dir` names the repository, so
 * that git neither searches for one nor checks its owner (`safe.directory`). This is safe because only reading commands
 * are run, everything that the repository's configuration could execute is turned off, and nothing is fetched, even in a
 * partial clone.
 */
export function openGit(gitDirectory: string, environment: NodeJS.ProcessEnv): Git {
  // When called from a hook, these variables refer to the repository of the hook.
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

// Even diff-tree, which does not read the working tree, queries a configured file system monitor.
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
  // Writing fails if git has exited; the exit code then has the reason.
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
