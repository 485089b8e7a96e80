import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assertSame, beside, measureSides, type Side, sampleOf } from './http.ts'
import { type HubHome, makeHome, serveHome } from './hub.ts'
import { findGenerator } from './load/generator.ts'
import { type BenchServer, startServer } from './processes.ts'
import type { Finding } from './report.ts'
import type { Effort } from './rounds.ts'
import type { BareAnswer } from './servers/bare-server.ts'
import { nginxVersion, startNginx } from './servers/nginx.ts'

const modelCount = 10_000

interface RequestCase {
  name: string
  path: string
  headers?: Record<string, string>
  /** With the tag of the answer, so that it is told unchanged. */
  conditional?: true
  /** What the hub's requests a second are to reach, as shares of those of a bare server, and of nginx with a file. */
  targets: { bare?: number; nginx?: number }
}

/** Requests that are answered most, beside the least programs that send the same bytes. */
export async function* measureRequests(directory: string, effort: Effort): AsyncGenerator<Finding> {
  const home = await makeHome(directory, modelCount)
  const cases = await serving(home, (hub) => casesOf(hub, home.token))
  for (const requestCase of cases)
    yield* await serving(home, (hub) => Array.fromAsync(measureCase(hub, requestCase, { directory, effort })))
}

/** With a process of its own: how a process compiles what it runs depends on what it was asked before, and on chance. */
async function serving<Result>(home: HubHome, use: (hub: BenchServer) => Promise<Result>): Promise<Result> {
  const hub = await serveHome(home)
  try {
    return await use(hub)
  } finally {
    await hub.stop()
  }
}

async function casesOf({ origin }: BenchServer, token: string): Promise<RequestCase[]> {
  const list = '/api/v1/models?limit=100'
  const { items } = (await (await fetch(origin + list)).json()) as {
    items: { modelVersions: { id: number; files: { hashes: { SHA256: string } }[] }[] }[]
  }
  const version = items[0]?.modelVersions[0]
  const sha256 = version?.files[0]?.hashes.SHA256
  if (!version || sha256 === undefined) throw new Error('the catalog has no file')
  return [
    { name: 'cache hit, GET /models?limit=100', path: list, targets: { bare: 0.85, nginx: 0.4 } },
    { name: 'cache hit, GET /models?limit=33', path: '/api/v1/models?limit=33', targets: { bare: 0.85, nginx: 0.4 } },
    {
      name: 'cache hit, small body (GET /model-versions/mini/{id})',
      path: `/api/v1/model-versions/mini/${version.id}`,
      targets: { bare: 0.75, nginx: 0.4 },
    },
    {
      name: 'cache hit, GET /model-versions/by-hash/{sha256}',
      path: `/api/v1/model-versions/by-hash/${sha256}`,
      targets: {},
    },
    {
      name: 'GET /me with a token',
      path: '/api/v1/me',
      headers: { authorization: `Bearer ${token}` },
      targets: { bare: 0.7 },
    },
    { name: 'conditional GET /models?limit=100, 304', path: list, conditional: true, targets: { bare: 0.75 } },
  ]
}

async function* measureCase(
  hub: BenchServer,
  { name, path, headers = {}, conditional, targets }: RequestCase,
  { directory, effort }: { directory: string; effort: Effort },
): AsyncGenerator<Finding> {
  const sample = await sampleOf({ server: hub, path, headers })
  const etag = sample.headers.get('etag') ?? ''
  const contentType = sample.headers.get('content-type') ?? ''
  const answer: BareAnswer = {
    contentType,
    bodyBase64: sample.body.toString('base64'),
    ...(conditional && { etag }),
  }
  const asked = conditional ? { ...headers, 'if-none-match': etag } : headers
  const servers = [hub, await startServer('bench/servers/bare-server.ts', [], { input: JSON.stringify(answer) })]
  try {
    if (targets.nginx !== undefined) servers.push(await nginxWith(directory, { path, contentType, body: sample.body }))
    const sides = servers.map((server): Side => ({ server, path, headers: asked }))
    const status = conditional ? 304 : 200
    await assertSame(sides, status)
    const generator = await findGenerator()
    const [ours, bare, nginx] = await measureSides(sides, generator, effort)
    // What was sent at the end is what was sent at the beginning.
    await assertSame(sides, status)
    const measured = { unit: 'req/s', rounds: effort.rounds, generator: generator.name } as const
    const named = conditional ? name : `${name}, ${sizeInWords(sample.body.length)}`
    if (ours && bare)
      yield {
        name: `${named}, against bare node:http`,
        ...measured,
        ...beside(ours, bare),
        against: `node:http ${process.version}`,
        ...(targets.bare !== undefined && { target: { ratio: targets.bare } }),
      }
    if (ours && nginx && targets.nginx !== undefined)
      yield {
        name: `${named}, against nginx with a file`,
        ...measured,
        ...beside(ours, nginx),
        against: nginxVersion(),
        target: { ratio: targets.nginx },
      }
  } finally {
    for (const server of servers.slice(1)) await server.stop()
  }
}

/** nginx that serves the body from a file at the same path; queries make no difference to it. */
async function nginxWith(
  directory: string,
  { path, contentType, body }: { path: string; contentType: string; body: Buffer },
): Promise<BenchServer> {
  const home = join(directory, 'nginx')
  const file = join(home, 'body')
  await mkdir(home, { recursive: true })
  await writeFile(file, body)
  return startNginx(home, [{ path: path.split('?', 1)[0] as string, file, contentType }])
}

const sizeInWords = (bytes: number) =>
  bytes < 10_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${Math.round(bytes / 1000)} KB`
