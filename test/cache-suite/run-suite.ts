import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import suites from 'http-cache-tests/tests/index.mjs'
import surrogates from 'http-cache-tests/tests/surrogate-control.mjs'

export type Kind = 'required' | 'optimal' | 'check'

/** How one test of the public suite ended. */
export interface TestResult {
  id: string
  kind: Kind
  /** Why it failed; undefined when it passed. */
  failure?: string
}

const packageDirectory = dirname(fileURLToPath(import.meta.resolve('http-cache-tests/cli.mjs')))
const program = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

/**
 * Runs the public tests of HTTP caches (https://cache-tests.fyi) against `modelkeep edge` as a shared cache, in front of the origin that
 * they bring. A test that builds on one that failed has failed as well. Takes about half a minute, most of it waiting for answers to become stale.
 */
export async function runSuite(): Promise<TestResult[]> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-cache-suite-'))
  const running: ChildProcess[] = []
  try {
    const port = await freePort()
    const server = startScript('server/server.mjs', { protocol: 'http', port, pidfile: join(directory, 'pid') })
    running.push(server)
    await said(server, /Listening on/)
    const origin = `http://127.0.0.1:${port}`
    const edge = spawn(process.execPath, [program, 'edge', '--origin', origin, '--port', '0'], { cwd: directory })
    running.push(edge)
    const [, address = ''] = await said(edge, /^modelkeep edge listening on (\S+)/m)

    const client = startScript('cli.mjs', { base: address, id: '' })
    running.push(client)
    const outcomes: Record<string, true | [kind: string, reason: string]> = JSON.parse(await text(client.stdout))
    return resultsOf(outcomes)
  } finally {
    for (const child of running) child.kill('SIGKILL')
    await rm(directory, { recursive: true })
  }
}

/** A script of the suite, which reads what it is told from variables that npm would set. */
function startScript(name: string, settings: Record<string, string | number>) {
  const variables = Object.entries(settings).flatMap(([key, value]) => [
    [`npm_config_${key}`, String(value)],
    [`npm_package_config_${key}`, String(value)],
  ])
  return spawn(process.execPath, [join(packageDirectory, name)], {
    cwd: packageDirectory,
    env: { ...process.env, ...Object.fromEntries(variables) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Waits until a program has said something on standard output; what it says later is read and dropped. */
function said(child: ChildProcess, what: RegExp): Promise<RegExpExecArray> {
  const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
  let printed = ''
  child.stdout?.on('data', (chunk) => {
    printed += chunk
    const found = what.exec(printed)
    if (found) resolve(found)
  })
  child.once('exit', () => reject(new Error(`ended without saying ${what}: ${printed}`)))
  return promise
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

function resultsOf(outcomes: Record<string, true | [kind: string, reason: string]>): TestResult[] {
  const tests = [...suites, surrogates].flatMap((suite) => suite.tests)
  const byId = new Map(tests.map((test) => [test.id, test]))
  const failureOf = (id: string): string | undefined => {
    const failed = byId.get(id)?.depends_on?.find((needed) => failureOf(needed) !== undefined)
    if (failed !== undefined) return `builds on ${failed}`
    const outcome = outcomes[id]
    return outcome === true ? undefined : (outcome?.join(': ') ?? 'did not run')
  }
  return tests
    .filter((test) => !test.browser_only)
    .map(({ id, kind = 'required' }) => {
      const failure = failureOf(id)
      return { id, kind, ...(failure !== undefined && { failure }) }
    })
}
