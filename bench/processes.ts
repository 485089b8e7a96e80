import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Cores, onCores } from './cores.ts'

/** A server process of a benchmark. */
export interface BenchServer {
  origin: string
  pid: number
  /** Seconds of processor time that it and its child processes have used so far. */
  cpuSeconds(): Promise<number>
  /** Resident memory in megabytes (10^6). */
  residentMegabytes(): Promise<number>
  stop(): Promise<void>
}

export const project = fileURLToPath(new URL('..', import.meta.url))
/** As it is installed: what runs its sources carries what translates them as well, 27 MB of a process. */
export const program = 'dist/cli/main.js'
const clockTicksPerSecond = 100

/**
 * Starts `node script args...` and waits for the line that tells where it listens. It does not outlive this process. A hub
 * serves with one process where its arguments do not say otherwise. All servers run on one core, unless `on` says others.
 */
export async function startServer(
  script: string,
  args: string[],
  { input, on = 'server', env = {} }: { input?: string; on?: keyof Cores; env?: Record<string, string> } = {},
): Promise<BenchServer> {
  const child = spawn(...onCores(on, process.execPath, [script, ...args]), {
    cwd: project,
    env: { ...process.env, MODELKEEP_WORKERS: '1', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(input)
  return serverOf(child, listeningOrigin(child))
}

/** A process of another program that serves; `origin` is fulfilled when it does. It does not outlive this process. */
export async function serverOf(child: ChildProcess, origin: Promise<string> | string): Promise<BenchServer> {
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const pid = child.pid as number
  return {
    origin: await origin,
    pid,
    async cpuSeconds() {
      const seconds = await Promise.all([pid, ...(await childrenOf(pid))].map(secondsOf))
      return seconds.reduce((sum, each) => sum + each, 0)
    },
    residentMegabytes: () => residentMegabytesOf(pid),
    async stop() {
      process.off('exit', kill)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** The ids of the processes that a process started. */
export async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`)
  const lists = await Promise.all(threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8')))
  return lists.flatMap((list) => list.trim().split(' ').filter(Boolean).map(Number))
}

/** Resident memory of one process in megabytes (10^6). */
export async function residentMegabytesOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return (Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / 1e6
}

/**
 * Memory of one process in megabytes (10^6), of what it shares with others its part alone: added up over processes it is what they
 * take together, which resident memory is not.
 */
export async function proportionalMegabytesOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  return (Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) * 1024) / 1e6
}

async function secondsOf(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond
}

async function listeningOrigin(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the server has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = / listening on (https?:\S+)/.exec(line)?.[1]
    if (origin) {
      child.stdout.resume()
      return origin
    }
  }
  throw new Error('the server ended before it listened')
}

/** Runs a command of the program and gives what it printed. */
export const runCommand = (args: string[], input = ''): Promise<string> =>
  run(process.execPath, [program, ...args], { input })

/** Runs a program to its end and gives what it printed. @throws when it fails, with the end of what it said */
export async function run(
  command: string,
  args: readonly string[],
  { input = '', cwd = project }: { input?: string; cwd?: string } = {},
): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => undefined).end(input)
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk
    })
  const [code] = await once(child, 'close')
  if (code !== 0)
    throw new Error(`${command} ${args.slice(0, 3).join(' ')} ended with ${code}: ${printed.stderr.slice(-500)}`)
  return printed.stdout.trim()
}
