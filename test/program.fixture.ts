import assert from 'node:assert/strict'
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'

export const program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

/** The program in a process of its own. */
export interface Running {
  child: ChildProcessWithoutNullStreams
  /** What it printed so far. */
  printed: { stdout: string; stderr: string }
  /** Its exit code. */
  ended: Promise<number | null>
}

/** Runs the program with `directory` as its working directory. */
export function programIn(directory: string) {
  /** Starts the program without settings of a hub that the surroundings hold; one process serves where nothing else is said. */
  function start(...line: string[]): Running {
    const surroundings = Object.entries(process.env).filter(([name]) => !/^(?:MODELKEEP|npm)_/.test(name))
    const child = spawn(process.execPath, [program, ...line], {
      cwd: directory,
      env: { ...Object.fromEntries(surroundings), MODELKEEP_WORKERS: '1' },
    })
    const kill = () => child.kill('SIGKILL')
    process.once('exit', kill)
    const printed = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        printed[name] += chunk
      })
    const ended = once(child, 'close').then(([code]) => {
      process.off('exit', kill)
      return code
    })
    return { child, printed, ended }
  }

  /** Runs a command to its end. */
  async function run(line: string[], input = '') {
    const { child, printed, ended } = start(...line)
    child.stdin.end(input)
    return { code: await ended, ...printed }
  }

  /** Runs a command that has to go well; gives what it prints. */
  async function runWell(...line: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(line)
    assert.equal(code, 0, stderr)
    return stdout
  }

  /** Runs `use` on a hub that serves; ends it by SIGTERM, which has to go well. */
  async function serving(line: string[], use: (origin: string, hub: Running) => Promise<void>): Promise<void> {
    const hub = start('serve', '--port', '0', ...line)
    const origin = () => /^modelkeep listening on (http:\/\/127\.0\.0\.1:\d+)\n/.exec(hub.printed.stdout)?.[1]
    try {
      await eventually(() => origin() !== undefined || hub.child.exitCode !== null, 'the hub listens')
      await use(origin() ?? assert.fail(hub.printed.stderr), hub)
    } finally {
      hub.child.kill('SIGTERM')
    }
    assert.equal(await hub.ended, 0, hub.printed.stderr)
  }

  return { start, run, runWell, serving }
}
