import { rmSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureLargeCatalog } from './catalog/measure.ts'
import { bindTo } from './cores.ts'
import { measureDownloads } from './downloads.ts'
import { measureFlood } from './flood/flood.ts'
import { measureHttp2 } from './http2.ts'
import { measureImport } from './import.ts'
import { measureLibraryCheck } from './library-check.ts'
import { measureMemory } from './memory.ts'
import { measurePeers } from './peers.ts'
import { run as runToEnd } from './processes.ts'
import { publish } from './record/publish.ts'
import { openRun, type Part, partNames } from './record/runs.ts'
import { type Finding, isMet, jsonLine, table } from './report.ts'
import { measureRequests } from './requests.ts'
import { measureRevocation } from './revocation.ts'
import { type Effort, fewestRounds } from './rounds.ts'
import { measureSoak } from './soak/soak.ts'
import { measureStampede } from './stampede.ts'
import { measureTokenCheck } from './token-check.ts'
import { measureWorkers } from './workers.ts'

/*
 * Measures the hub on this machine beside the least that could do the same work, and says which targets it meets:
 * `npm run bench`, or named parts alone: `npm run bench -- requests revocation`. What was measured goes to bench/results,
 * and into the table and the picture of docs/performance.md. The large catalog, made before by `npm run bench:catalog`, is
 * measured where it is named: `--data DIR`. A soak is only run when it is named: `npm run bench -- soak --minutes 24`. With `--json` a line for each finding, as soon as it is known.
 */

interface MeasuredPart {
  /** A run of everything leaves it out. */
  onRequest?: true
  /** It uses all cores itself; otherwise this process, which asks, leaves one to the servers. */
  onAllCores?: true
  /** It gives up after so many minutes. */
  longestMinutes: number
  measure: (directory: string, effort: Effort) => AsyncGenerator<Finding>
}

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** With less than the default of any of these, nothing is recorded. */
    rounds: { type: 'string', default: `${fewestRounds}` },
    seconds: { type: 'string', default: '4' },
    minutes: { type: 'string', default: '10' },
    data: { type: 'string' },
    requests: { type: 'string', default: '100000' },
  },
  allowPositionals: true,
})
const { json, data } = values
const effort: Effort = { rounds: wholeNumber('rounds'), seconds: wholeNumber('seconds') }
const minutes = wholeNumber('minutes')
const isForTheRecord =
  effort.rounds >= fewestRounds && effort.seconds >= 4 && wholeNumber('requests') >= 100_000 && minutes >= 10

const parts: Record<Part, MeasuredPart> = {
  requests: { longestMinutes: 10, measure: measureRequests },
  http2: { longestMinutes: 5, measure: measureHttp2 },
  downloads: { longestMinutes: 5, measure: measureDownloads },
  library: { longestMinutes: 25, onAllCores: true, measure: measureLibraryCheck },
  memory: { longestMinutes: 5, measure: measureMemory },
  'token-check': { longestMinutes: 2, measure: measureTokenCheck },
  stampede: { longestMinutes: 5, measure: measureStampede },
  peers: { longestMinutes: 10, measure: measurePeers },
  import: { longestMinutes: 10, onAllCores: true, measure: measureImport },
  revocation: { longestMinutes: 5, measure: measureRevocation },
  flood: { longestMinutes: 20, measure: measureFlood },
  workers: { longestMinutes: 5, onAllCores: true, measure: measureWorkers },
  catalog: {
    longestMinutes: 60,
    async *measure(_directory, { rounds }) {
      if (data === undefined) throw new Error('needs --data: the directory that `npm run bench:catalog` filled')
      yield* measureLargeCatalog(data, { rounds, requests: wholeNumber('requests') })
    },
  },
  soak: {
    onRequest: true,
    onAllCores: true,
    longestMinutes: minutes + 5,
    measure: (directory) => measureSoak(directory, minutes),
  },
}

const unknown = positionals.find((name) => !partNames.some((part) => part === name))
if (unknown !== undefined) fail(`"${unknown}" is none of ${partNames.join(', ')}`)
const wanted = partNames.filter((part) =>
  positionals.length === 0
    ? !parts[part].onRequest && (part !== 'catalog' || data !== undefined)
    : positionals.includes(part),
)

const directory = await mkdtemp(join(tmpdir(), 'modelkeep-bench-'))
process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

console.error('building ...')
await runToEnd('npm', ['run', '--silent', 'build'])

const run = isForTheRecord ? await openRun() : undefined
const all: Finding[] = []
for (const part of wanted) {
  const findings: Finding[] = []
  try {
    for await (const finding of measured(part)) {
      findings.push(finding)
      if (json) console.log(jsonLine(finding))
    }
    await run?.record(part, findings)
  } catch (error) {
    // The other parts can tell what they find all the same.
    console.error(`${part} could not be measured:`, error)
    process.exitCode = 1
  }
  all.push(...findings)
}
if (!json) console.log(table(all))
const missed = all.filter((finding) => isMet(finding) === false)
console.error(`${all.length} findings, ${missed.length} of them miss their target`)
if (run) await publish()
else console.error('not recorded: this was for trying')

async function* measured(part: Part): AsyncGenerator<Finding> {
  const { longestMinutes, onAllCores, measure } = parts[part]
  const own = join(directory, part)
  await mkdir(own)
  bindTo(onAllCores ? 'all' : 'generator')
  console.error(`measuring ${part} ...`)
  const end = setTimeout(() => fail(`${part} takes too long; the benchmark gives up`), longestMinutes * 60_000)
  try {
    for await (const finding of measure(own, effort)) {
      console.error(`  ${finding.name}`)
      yield finding
    }
  } finally {
    clearTimeout(end)
    rmSync(own, { recursive: true, force: true })
  }
}

function wholeNumber(name: 'rounds' | 'seconds' | 'requests' | 'minutes'): number {
  const number = Number(values[name])
  if (!Number.isInteger(number) || number < 1) fail(`--${name} is a whole number, from 1 up`)
  return number
}

function fail(reason: string): never {
  console.error(reason)
  process.exit(1)
}
