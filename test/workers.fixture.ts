import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { json, text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { eventually } from './eventually.ts'

/** A hub that several processes serve, as its owner starts it. */
export interface ManyProcesses {
  origin: string
  /** What it printed so far. */
  printed: { stdout: string; stderr: string }
  /** The lines of its log so far. */
  log(): LogLine[]
  /** A connection to one of the workers, by its number, that stays open. */
  connect(worker: number): Promise<Connection>
  /** Process ids of the workers that listen, by number. */
  pids(): Map<number, number>
  stop(): void
  /** Its exit code. */
  ended: Promise<number | null>
}

interface LogLine {
  worker?: number
  pid?: number
  msg?: string
  target?: string
}

/** Asks one worker. */
export interface Connection {
  ask(path: string, asked?: Asked): Promise<Answer>
  /** The answer as it arrives. */
  open(path: string, asked?: Asked): Promise<IncomingMessage>
  close(): void
}

interface Asked {
  method?: string
  token?: string
  /** As whom a proxy that is trusted sends it. */
  address?: string
  body?: object
}

interface Answer {
  status: number
  headers: IncomingMessage['headers']
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they expect.
  body: any
}

const program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const surroundings = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:MODELKEEP|npm)_/.test(name)),
)

/** Runs a command of the program with this input; gives what it printed. */
export async function run(line: readonly string[], input = '') {
  const child = spawn(process.execPath, [program, ...line], { env: surroundings })
  child.stdin.end(input)
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk
    })
  const [code] = await once(child, 'close')
  return { code: code as number | null, ...printed }
}

/** Starts a hub that so many processes serve, and waits for all of them. */
export async function startWorkers(count: number, ...line: string[]): Promise<ManyProcesses> {
  const options = ['--port', '0', '--workers', `${count}`, '--log-level', 'debug', '--trust-proxy', 'true']
  const child = spawn(process.execPath, [program, 'serve', ...line, ...options], { env: surroundings })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      printed[name] += chunk
    })
  const ended = once(child, 'close').then(([code]) => {
    process.off('exit', kill)
    return code as number | null
  })
  const listening = () => /^modelkeep listening on (http:\S+)$/m.exec(printed.stdout)?.[1]
  await eventually(() => listening() !== undefined || child.exitCode !== null, 'the hub listens')
  const origin = listening() ?? assert.fail(printed.stderr)
  const log = () =>
    printed.stderr.split('\n').flatMap((line): LogLine[] => (line.startsWith('{') ? [parsed(line)] : []))
  let probes = 0

  return {
    ...{ origin, printed, log, ended },
    async connect(worker) {
      for (;;) {
        const connection = openConnection(origin)
        const probe = `/healthz?probe=${++probes}`
        await connection.ask(probe)
        const answered = () => log().find(({ target }) => target === probe)?.worker
        await eventually(() => answered() !== undefined, 'the log tells which worker answered')
        if (answered() === worker) return connection
        connection.close()
      }
    },
    pids: () => {
      const listens = log().filter(({ msg }) => msg === 'a worker listens')
      return new Map(listens.map(({ worker = 0, pid = 0 }) => [worker, pid]))
    },
    stop: () => child.kill('SIGTERM'),
  }
}

/** The last line of a log may be half there. */
function parsed(line: string): LogLine {
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}

function openConnection(origin: string): Connection {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const open: Connection['open'] = async (path, { method = 'GET', token, address, body } = {}) => {
    const asking = request(origin + path, {
      ...{ agent, method },
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(address !== undefined && { 'x-forwarded-for': address }),
        ...(body && { 'content-type': 'application/json' }),
      },
    })
    asking.end(body && JSON.stringify(body))
    const [answer] = await once(asking, 'response')
    return answer
  }
  return {
    open,
    async ask(path, asked) {
      const answer = await open(path, asked)
      const isJson = answer.headers['content-type']?.startsWith('application/json')
      const body = isJson ? await json(answer) : await text(answer)
      return { status: answer.statusCode ?? 0, headers: answer.headers, body }
    },
    close: () => agent.destroy(),
  }
}
