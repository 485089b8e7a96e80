import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { coresInWords } from '../cores.ts'
import { project } from '../processes.ts'
import type { Finding } from '../report.ts'

/** What can be measured by itself, in the order of the record. */
export const partNames = [
  'requests',
  'http2',
  'downloads',
  'workers',
  'token-check',
  'revocation',
  'stampede',
  'peers',
  'import',
  'library',
  'memory',
  'flood',
  'catalog',
  'soak',
] as const
export type Part = (typeof partNames)[number]

/** One run of the benchmark: where it ran, and what it found. */
export interface Run {
  /** ISO 8601, UTC. */
  startedAt: string
  /** Of the sources, `-dirty` behind it when they were changed. */
  commit: string
  machine: Machine
  /** Those that were measured to their end. */
  parts: { [part in Part]?: Finding[] }
}

interface Machine {
  processor: string
  cores: number
  memoryGigabytes: number
  system: string
  node: string
  /** Of the minute before: above some tenths, something else was at work. */
  loadBefore: number
  /** Which cores servers and generators of load were on. */
  binding: string
}

export const resultsDirectory = join(project, 'bench/results')

/** Begins a run; each part is written when it is whole, so that a run which is cut short keeps the others. */
export async function openRun(directory = resultsDirectory) {
  const run: Run = { startedAt: new Date().toISOString(), commit: commitOf(project), machine: thisMachine(), parts: {} }
  const file = join(directory, `${run.startedAt.replaceAll(/[-:]|\.\d+/g, '')}-${run.commit}.json`)
  await mkdir(directory, { recursive: true })
  return {
    async record(part: Part, findings: Finding[]): Promise<void> {
      run.parts[part] = findings.map(rounded)
      await writeFile(file, `${JSON.stringify(run, null, 2)}\n`)
    },
  }
}

/** All runs, the oldest first. */
export async function readRuns(directory = resultsDirectory): Promise<Run[]> {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8')) as Run))
}

/** What is known of one part: the findings of the latest run that measured it. */
export interface Known {
  part: Part
  run: Run
  findings: Finding[]
}

/** Each part as it was measured last, in the order of the record. */
export function latestOf(runs: readonly Run[]): Known[] {
  return partNames.flatMap((part) => {
    const run = runs.findLast(({ parts }) => parts[part] !== undefined)
    return run ? [{ part, run, findings: run.parts[part] ?? [] }] : []
  })
}

/** To four digits: more are noise, and make changes hard to read. */
const rounded = (finding: Finding): Finding =>
  JSON.parse(JSON.stringify(finding), (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value,
  )

function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()}`,
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
    binding: coresInWords,
  }
}

/** Runs of a checkout with changes are marked; the results themselves do not count as one. */
function commitOf(checkout: string): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: checkout, encoding: 'utf8' }).trim()
  try {
    const isClean = git('status', '--porcelain', '--', '.', ':!bench/results', ':!docs') === ''
    return `${git('rev-parse', '--short=10', 'HEAD')}${isClean ? '' : '-dirty'}`
  } catch {
    return 'unknown'
  }
}
