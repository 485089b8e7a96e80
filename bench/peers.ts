import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onCores } from './cores.ts'
import { beside, measureSides, type Side, sampleOf } from './http.ts'
import { startHub } from './hub.ts'
import { findGenerator } from './load/generator.ts'
import { type BenchServer, run, serverOf } from './processes.ts'
import type { Finding } from './report.ts'
import type { Effort } from './rounds.ts'
import { answering, freePort } from './servers/nginx.ts'

const modelCount = 10_000
const target = { ratio: 5 }

/**
 * Servers of others that give the same kind of answer: verdaccio, a registry of packages, tells whose a token is; json-server
 * serves the same hundred models. They are installed when they are measured, in `directory`.
 */
export async function* measurePeers(directory: string, effort: Effort): AsyncGenerator<Finding> {
  const { hub, token } = await startHub(join(directory, 'hub'), modelCount)
  try {
    const ours = { server: hub, path: '/api/v1/me', headers: { authorization: `Bearer ${token}` } }
    yield await measurePeer('GET /me with a token, against verdaccio /-/whoami with a token', ours, effort, () =>
      startVerdaccio(join(directory, 'verdaccio')),
    )
    const list = { server: hub, path: '/api/v1/models?limit=100' }
    yield await measurePeer('GET /models?limit=100, against json-server with the same 100 models', list, effort, () =>
      startJsonServer(join(directory, 'json-server'), list),
    )
  } finally {
    await hub.stop()
  }
}

interface Peer extends Side {
  /** Name and version. */
  program: string
}

async function measurePeer(name: string, ours: Side, effort: Effort, startPeer: () => Promise<Peer>): Promise<Finding> {
  const generator = await findGenerator()
  let peer: Peer | undefined
  try {
    peer = await startPeer()
    const [hub, other] = await measureSides([ours, peer], generator, effort)
    if (!hub || !other) throw new Error('nothing was measured')
    const measured = { rounds: effort.rounds, generator: generator.name, against: peer.program, target }
    return { name, unit: 'req/s', ...beside(hub, other), ...measured }
  } catch (error) {
    const [hub] = await measureSides([ours], generator, effort)
    const reason = `${error instanceof Error ? error.message : error}`.replaceAll(/\s+/g, ' ')
    const notes = [`The peer could not be measured: ${reason.slice(0, 200)}`]
    return { name, unit: 'req/s', hub: hub?.requestsPerSecond ?? 0, target, notes }
  } finally {
    await peer?.server.stop()
  }
}

async function startVerdaccio(directory: string): Promise<Peer> {
  // It asks for node-fetch by a tag, which not every registry has.
  const { program, home } = await install(directory, 'verdaccio', { 'node-fetch': '2.7.0' })
  const configuration = join(directory, 'config.yaml')
  await writeFile(
    configuration,
    `storage: ${directory}/storage
auth: { htpasswd: { file: ${directory}/htpasswd, max_users: 10 } }
security: { api: { jwt: { sign: { expiresIn: 1d } } } }
packages: { '**': { access: $all } }
userRateLimit: { windowMs: 1000, max: 1000000000 }
log: { type: stdout, format: json, level: fatal }
`,
  )
  const port = await freePort()
  const args = [join(home, 'bin/verdaccio'), '--config', configuration, '--listen', `127.0.0.1:${port}`]
  const server = await startPeerServer(args, port)
  const account = { name: 'bench', password: 'a long enough password' }
  const made = await fetch(`${server.origin}/-/user/org.couchdb.user:bench`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  const { token } = (await made.json()) as { token?: string }
  const side = { server, path: '/-/whoami', headers: { authorization: `Bearer ${token}` } }
  const { status, body } = await sampleOf(side)
  const { username } = JSON.parse(body.toString()) as { username?: string }
  if (status !== 200 || username !== 'bench') throw new Error(`verdaccio does not know its own token: ${status}`)
  return { ...side, program }
}

async function startJsonServer(directory: string, list: Side): Promise<Peer> {
  const { program, home } = await install(directory, 'json-server')
  const { items } = JSON.parse((await sampleOf(list)).body.toString()) as { items: { id: number }[] }
  const database = join(directory, 'db.json')
  await writeFile(database, JSON.stringify({ models: items }))
  const port = await freePort()
  const args = [join(home, 'lib/cli/bin.js'), '--quiet', '--host', '127.0.0.1', '--port', `${port}`, database]
  const server = await startPeerServer(args, port)
  const side = { server, path: '/models?_limit=100' }
  const { status, body } = await sampleOf(side)
  const ids = (JSON.parse(body.toString()) as { id: number }[]).map(({ id }) => id)
  if (status !== 200 || ids.join() !== items.map(({ id }) => id).join())
    throw new Error(`json-server does not show the same models: ${status}`)
  return { ...side, program }
}

/** Installs the latest version of a package, without scripts. @throws where the registry does not have it */
async function install(
  directory: string,
  name: string,
  overrides: Record<string, string> = {},
): Promise<{ program: string; home: string }> {
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, 'package.json'), JSON.stringify({ private: true, overrides }))
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', name], { cwd: directory })
  const home = join(directory, 'node_modules', name)
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string }
  return { program: `${name} ${version}`, home }
}

function startPeerServer(args: string[], port: number): Promise<BenchServer> {
  // Express, which both are made with, does less in production.
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(...onCores('server', process.execPath, args), { env, stdio: ['ignore', 'ignore', 'ignore'] })
  const origin = `http://127.0.0.1:${port}`
  return serverOf(
    child,
    answering(origin, () => child.exitCode !== null).then(() => origin),
  )
}
