import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

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

const project = fileURLToPath(new URL('..', import.meta.url))
const clockTicksPerSecond = 100

/**
 * Starts `node script args...` and waits for the line that tells where it listens. It does not outlive this process. A hub
 * serves with one process where its arguments do not say otherwise.
 */
export async function startServer(script: string, args: string[], input?: string): Promise<BenchServer> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: project,
    env: { ...process.env, MODELKEEP_WORKERS: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  child.stdin.end(input)
  const origin = await listeningOrigin(child)
  return {
    origin,
    pid: child.pid as number,
    async cpuSeconds() {
      const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
      const seconds = await Promise.all([child.pid, ...children.trim().split(' ').filter(Boolean)].map(secondsOf))
      return seconds.reduce((sum, each) => sum + each, 0)
    },
    async residentMegabytes() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return (Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / 1e6
    },
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
      process.off('exit', kill)
    },
  }
}

async function secondsOf(pid: number | string | undefined): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond
}

async function listeningOrigin(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the server has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = / listening on (http:\S+)/.exec(line)?.[1]
    if (origin) {
      child.stdout.resume()
      return origin
    }
  }
  throw new Error('the server ended before it listened')
}

/** Runs a command of the program and gives what it printed. */
export async function runCommand(args: string[], input = ''): Promise<string> {
  const child = spawn(process.execPath, ['src/cli/main.ts', ...args], {
    cwd: project,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(input)
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
  return text.trim()
}
