import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { json, text } from 'node:stream/consumers'
import { eventually } from './eventually.ts'
import { programIn } from './program.fixture.ts'

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

/** Starts a hub in `directory` that so many processes serve, and waits for all of them. */
export async function startWorkers(directory: string, count: number, ...line: string[]): Promise<ManyProcesses> {
  const options = ['--port', '0', '--workers', `${count}`, '--log-level', 'debug', '--trust-proxy', 'true']
  const { child, printed, ended } = programIn(directory).start('serve', ...line, ...options)
  const listening = () => /^modelkeep listening on (http:\S+)$/m.exec(printed.stdout)?.[1]
  await eventually(() => listening() !== undefined || child.exitCode !== null, 'the hub listens')
  const origin = listening() ?? assert.fail(printed.stderr)
  const log = () =>
    printed.stderr.split('\n').flatMap((line): LogLine[] => (line.startsWith('{') ? [parsed(line)] : []))
  let probes = 0

  return {
    origin,
    printed,
    log,
    ended,
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
      agent,
      method,
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
