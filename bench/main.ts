import { rmSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fillCatalog } from './catalog/fill.ts'
import { measureLargeCatalog } from './catalog/measure.ts'
import { openSqliteSink } from './catalog/sqlite-sink.ts'
import { type HttpCase, measureCase } from './http.ts'
import { measureImport } from './import.ts'
import { measureMemory } from './memory.ts'
import { type BenchServer, runCommand, startServer } from './processes.ts'
import { type Finding, jsonLine, table } from './report.ts'
import { measureRevocation } from './revocation.ts'
import { measureWorkers } from './workers.ts'

/*
 * Measures the hub on this machine, beside the least that could do the same work, and says which targets it meets:
 * `npm run bench`. With `--json` a line for each finding, as soon as it is known. It takes about six minutes; named
 * parts alone take less: `npm run bench -- revocation`. A large catalog, made before by `npm run bench:catalog`, is measured
 * when it is named: `npm run bench -- catalog --data DIR`.
 */

const modelCount = 100_000
/** A large catalog is asked a hundred thousand times. */
const longestMilliseconds = process.argv.includes('catalog') ? 60 * 60_000 : 12 * 60_000

const parts = ['requests', 'memory', 'import', 'revocation', 'workers', 'catalog'] as const
type Part = (typeof parts)[number]

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    data: { type: 'string' },
    requests: { type: 'string', default: '100000' },
  },
  allowPositionals: true,
})
const { json, data } = values
const unknown = positionals.find((name) => !parts.some((part) => part === name))
if (unknown !== undefined) {
  console.error(`"${unknown}" is none of ${parts.join(', ')}`)
  process.exit(1)
}
if (positionals.includes('catalog') && data === undefined) {
  console.error('catalog needs --data: the directory that `npm run bench:catalog` filled')
  process.exit(1)
}
const isWanted = (part: Part) => positionals.length === 0 || positionals.includes(part)

const directory = await mkdtemp(join(tmpdir(), 'modelkeep-bench-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
setTimeout(() => {
  console.error('The benchmark takes too long and gives up.')
  process.exit(1)
}, longestMilliseconds).unref()

const findings: Finding[] = []
for await (const finding of measure()) {
  findings.push(finding)
  if (json) console.log(jsonLine(finding))
}
if (!json) console.log(table(findings))

async function* measure(): AsyncGenerator<Finding> {
  if (isWanted('requests') || isWanted('memory')) yield* measureCatalog()
  if (isWanted('import')) {
    tell('measuring import')
    yield await measureImport(directory)
  }
  if (isWanted('revocation')) {
    tell('measuring revocation')
    yield* measureRevocation(directory)
  }
  if (isWanted('workers')) {
    tell('measuring two serving processes')
    yield await measureWorkers(directory)
  }
  if (isWanted('catalog') && data !== undefined) {
    tell('measuring a large catalog')
    yield* measureLargeCatalog(data, Number(values.requests))
  }
}

async function* measureCatalog(): AsyncGenerator<Finding> {
  const { hub, token } = await startHub()
  try {
    for (const httpCase of isWanted('requests') ? await httpCases(hub, token) : []) {
      tell(`measuring ${httpCase.name}`)
      yield await measureCase(hub, httpCase)
    }
    if (!isWanted('memory')) return
    tell('measuring memory')
    yield await measureMemory(hub, modelCount)
  } finally {
    await hub.stop()
  }
}

/** A hub as its owner starts it, over a catalog that the database holds already. */
async function startHub(): Promise<{ hub: BenchServer; token: string }> {
  const data = join(directory, 'data')
  const library = join(directory, 'library')
  await mkdir(data)
  await mkdir(library)
  tell(`filling a catalog of ${modelCount.toLocaleString('en')} models`)
  const plan = { models: modelCount, seed: 42, until: Date.now() }
  await fillCatalog(plan, await openSqliteSink(join(data, 'modelkeep.db')))
  await runCommand(['user', 'add', 'bench', '--email', 'bench@example.org', '--data', data], 'a long enough password\n')
  const token = await runCommand(['token', 'create', '--user', 'bench', '--name', 'bench', '--data', data])
  const hub = await startServer('src/cli/main.ts', ['serve', library, '--data', data, '--port', '0'])
  return { hub, token }
}

async function httpCases({ origin }: BenchServer, token: string): Promise<HttpCase[]> {
  const list = '/api/v1/models?limit=100'
  const { items } = (await (await fetch(origin + list)).json()) as {
    items: { modelVersions: { files: { hashes: { SHA256: string } }[] }[] }[]
  }
  const sha256 = items[0]?.modelVersions[0]?.files[0]?.hashes.SHA256
  if (sha256 === undefined) throw new Error('the catalog has no file')
  const byHash = `/api/v1/model-versions/by-hash/${sha256}`
  return [
    {
      name: 'GET /api/v1/me with a token',
      path: '/api/v1/me',
      headers: { authorization: `Bearer ${token}` },
      target: 0.5,
    },
    { name: 'GET /api/v1/models?limit=100, cached', path: list, target: 0.6 },
    { name: 'GET /api/v1/model-versions/by-hash/{sha256}', path: byHash },
  ]
}

/** Progress, away from the results. */
function tell(what: string): void {
  console.error(`${what} ...`)
}
