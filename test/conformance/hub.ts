import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { buffer, text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import { makeLibrary } from './library.ts'

/** A hub that runs in a process of its own, over a library that was made for it. */
export interface Hub {
  origin: string
  /** The library folder, which the hub watches. */
  folder: string
  /** The hub's data directory. */
  data: string
  ask: Ask
  /** What the hub has printed on its terminal so far. */
  printed(): string
  /** Runs a command line on the hub's data directory while it serves; gives what it prints. */
  command(...line: string[]): Promise<string>
  /** Makes a token through the command line and gives its text. */
  createToken(username: string, ...options: string[]): Promise<string>
  /** The number that `token list` shows for the newest token of this name. */
  tokenId(username: string, name: string): Promise<number>
  /** Changes the database behind the hub's back: for what only time would bring about. */
  change(sql: string, ...values: SQLInputValue[]): void
  /** Reads the hub's database. */
  rows(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[]
  /** Resident memory of the hub, in 10^6 bytes; not a number where there is no `/proc`. */
  residentMegabytes(): Promise<number>
  /** Ends the hub as a service manager does, and removes all that it had. */
  close(): Promise<void>
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

export interface Asked {
  method?: string
  headers?: Record<string, string>
  /** Sent as `Authorization: Bearer`. */
  token?: string
  /** Sent as JSON. */
  json?: unknown
}

/** Sends one request, with no header but those named and `Host`; follows no redirect. `target` is a path, or an address of the hub. */
export type Ask = (target: string, asked?: Asked) => Promise<Answer>

const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const startMilliseconds = 60_000
/** Of every account that the suite makes. */
export const password = 'correct horse battery'

/** Starts a hub through the command line, with an account for each name. */
export async function startHub({
  flags = [],
  nodeFlags = [],
  accounts = [],
  sample = false,
  library = makeLibrary,
}: {
  flags?: string[]
  /** Of the Node that runs the hub. */
  nodeFlags?: string[]
  accounts?: string[]
  /** Serves the sample library that the hub makes where it is given no folder. */
  sample?: boolean
  /** Fills the folder that is served. */
  library?: (folder: string) => Promise<unknown>
} = {}): Promise<Hub> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-conformance-'))
  const [folder, data] = [join(directory, 'models'), join(directory, 'data')]
  await mkdir(folder)
  const run = (line: readonly string[]) =>
    spawn(process.execPath, [...nodeFlags, program, ...line, '--data', data], { cwd: directory, env: environment() })
  const commandWithInput = async (input: string, line: readonly string[]) => {
    const child = run(line)
    child.stdin.end(input)
    const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    assert.equal(code, 0, `modelkeep ${line.join(' ')} failed: ${stderr}`)
    return stdout.trim()
  }
  const command = (...line: string[]) => commandWithInput('', line)

  await library(folder)
  const serving = run([
    'serve',
    ...(sample ? [] : [folder]),
    '--port',
    '0',
    '--trusted-origins',
    trustedOrigin,
    ...flags,
  ])
  // A test file that fails half way leaves no hub behind.
  process.once('exit', () => serving.kill('SIGKILL'))
  const ended = once(serving, 'exit')
  const printed = recording(serving)
  const origin = await listening(serving, printed)
  for (const username of accounts)
    await commandWithInput(`${password}\n`, ['user', 'add', username, '--email', `${username}@example.org`])
  const database = new DatabaseSync(join(data, 'modelkeep.db'), { timeout: 10_000 })
  const agent = new Agent({ keepAlive: true })

  return {
    origin,
    folder,
    data,
    ask: actorContext(origin, agent),
    printed,
    command,
    createToken(username, ...options) {
      const named = options.includes('--name') ? options : ['--name', 'test', ...options]
      return command('token', 'create', '--user', username, ...named)
    },
    async tokenId(username, name) {
      const list = JSON.parse(await command('token', 'list', '--user', username, '--json')) as TokenLine[]
      const found = list.findLast((token) => token.name === name)
      assert.ok(found, `${username} has no token ${name}`)
      return found.id
    },
    change: (sql, ...values) => void database.prepare(sql).run(...values),
    rows: (sql, ...values) => database.prepare(sql).all(...values),
    async residentMegabytes() {
      const status = await readFile(`/proc/${serving.pid}/status`, 'utf8').catch(() => '')
      return (Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024) / 1e6
    },
    async close() {
      agent.destroy()
      database.close()
      serving.kill('SIGTERM')
      const [code] = await ended
      await rm(directory, { recursive: true })
      assert.equal(code, 0, 'the hub did not end well')
    },
  }
}

/** The one foreign origin that every hub of the suite trusts. */
export const trustedOrigin = 'https://app.example'

/** The body of an answer as JSON, checked against a shape. */
export function read<Shape extends z.ZodType>({ status, headers, body }: Answer, shape: Shape): z.output<Shape> {
  assert.equal(status, 200, body.toString())
  assert.match(headers['content-type'] ?? '', /^application\/json(;|$)/)
  return shape.parse(JSON.parse(body.toString()))
}

/** Asserts a failure: its status, JSON, and exactly this body. */
export function assertRefused({ status, headers, body }: Answer, expected: number, exactBody: object): void {
  assert.equal(status, expected, body.toString())
  assert.match(headers['content-type'] ?? '', /^application\/json(;|$)/)
  assert.deepEqual(JSON.parse(body.toString()), exactBody)
}

interface TokenLine {
  id: number
  name: string
}

/** The surroundings of the suite, without settings of a hub that they may hold. One process is enough, and starts sooner. */
const environment = () => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MODELKEEP_'))),
  MODELKEEP_WORKERS: '1',
})

/** Collects what a program prints: gives all of it so far. */
function recording({ stdout, stderr }: ChildProcess): () => string {
  let printed = ''
  for (const stream of [stdout, stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk
    })
  return () => printed
}

/** The address that a starting hub prints. */
async function listening(serving: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const giveUp = (why: string) => {
      serving.kill('SIGKILL')
      reject(new Error(`${why}\n${printed()}`))
    }
    const timer = setTimeout(giveUp, startMilliseconds, 'the hub does not listen').unref()
    serving.once('exit', (code) => giveUp(`the hub ended with ${code}`))
    serving.stdout?.on('data', () => {
      const origin = /^modelkeep listening on (http:\/\/\S+)$/m.exec(printed())?.[1]
      if (origin === undefined) return
      clearTimeout(timer)
      resolve(origin)
    })
  })
}

/** Asks at `origin`: the hub's own, or one that stands in front of it. */
export function actorContext(origin: string, agent: Agent): Ask {
  return async (target, { method = 'GET', headers = {}, token, json } = {}) => {
    const path = target.startsWith(`${origin}/`) ? target.slice(origin.length) : target
    assert.ok(path.startsWith('/'), `${target} is no address of the hub`)
    const { hostname, port } = new URL(origin)
    const content = json === undefined ? undefined : Buffer.from(JSON.stringify(json))
    const sent = request({
      agent,
      hostname,
      port,
      path,
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(content && { 'content-type': 'application/json', 'content-length': String(content.length) }),
        ...headers,
      },
    })
    sent.end(content)
    const [answer] = await once(sent, 'response')
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) }
  }
}
