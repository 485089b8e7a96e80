/** One thing that was measured, and what it is held against. */
export interface Finding {
  /** Also what it is known by from one run to the next. */
  name: string
  unit: 'req/s' | 'MB/s' | 'files/s' | 'MB' | 'ms' | 'µs' | 'MB/min' | 'count'
  /** The median of the rounds, unless the name says otherwise. */
  hub: number
  /** The same work done by something else: a bare server, nginx, openssl. */
  reference?: number
  /** What that is, with its version where it is a program of others. */
  against?: string
  /** Percentiles of the time to answer, in milliseconds. */
  p50?: Pair
  p99?: Pair
  /** Share of one core that the servers used, all their processes together. */
  busy?: Pair
  /** How many cores the servers could use at the most; one where it is left out. */
  cores?: Pair
  /** What `hub / reference` is to reach or not to exceed, or what `hub` is. */
  target?: { ratio: number } | { ratioAtMost: number } | { atMost: number } | { atLeast: number }
  /** How often each side was measured, by turns. */
  rounds?: number
  /** What asked as fast as it could, with its version. */
  generator?: string
  /** What it was each minute, where it was watched for so long. */
  perMinute?: number[]
  /** What the figures do not tell. */
  notes?: string[]
}

interface Pair {
  hub: number
  reference?: number
}

/** A server that used less of its cores waited for the generator of load. */
const fullShare = 0.9

/** The sides of which the generator of load, not the server, was the limit. */
export function boundedSides({ generator, busy, cores }: Finding): (keyof Pair)[] {
  if (generator === undefined || !busy) return []
  return (['hub', 'reference'] as const).filter((side) => (busy[side] ?? 1) / (cores?.[side] ?? 1) < fullShare)
}

export const ratioOf = ({ hub, reference }: Finding): number | undefined =>
  reference === undefined ? undefined : hub / reference

/** The ratio of what each side does in a second of processor time, which does not depend on who was the limit. */
export function ratioPerCoreSecond({ hub, reference, busy }: Finding): number | undefined {
  if (reference === undefined || busy?.reference === undefined) return undefined
  return hub / busy.hub / (reference / busy.reference)
}

/** What the target is held against. Where the generator was the limit of a side, that is the ratio per core-second. */
export function judged(finding: Finding): number | undefined {
  const { target, hub } = finding
  if (target && ('atMost' in target || 'atLeast' in target)) return hub
  return (boundedSides(finding).length > 0 ? ratioPerCoreSecond(finding) : undefined) ?? ratioOf(finding)
}

/** Whether the target is met; undefined without one. Without what it is held against it is not. */
export function isMet(finding: Finding): boolean | undefined {
  const { target } = finding
  if (!target) return undefined
  const value = judged(finding) ?? Number.NaN
  if ('atMost' in target) return value <= target.atMost
  if ('atLeast' in target) return value >= target.atLeast
  return 'ratioAtMost' in target ? value <= target.ratioAtMost : value >= target.ratio
}

/** In whole numbers, small ones with decimals where they have some. */
export const short = (value: number | undefined): string =>
  value?.toLocaleString('en', { maximumFractionDigits: value < 1 ? 2 : value < 10 ? 1 : 0 }) ?? ''
/** A value with its unit; what is counted has none. */
export const amount = (value: number, unit: Finding['unit']): string =>
  unit === 'count' ? short(value) : `${short(value)} ${unit}`
export const hundredths = (value: number | undefined): string => value?.toFixed(2) ?? ''

/** What is to be reached, such as `≥ 0.85` or `≤ 150 ms`; empty without a target. */
export function targetText({ target, unit }: Finding): string {
  if (!target) return ''
  if ('atMost' in target) return `≤ ${amount(target.atMost, unit)}`
  if ('atLeast' in target) return `≥ ${amount(target.atLeast, unit)}`
  return 'ratioAtMost' in target ? `≤ ${hundredths(target.ratioAtMost)}` : `≥ ${hundredths(target.ratio)}`
}

/** A finding as one line of JSON. */
export function jsonLine(finding: Finding): string {
  const ratio = ratioOf(finding)
  return JSON.stringify({ ...finding, ...(ratio !== undefined && { ratio }), met: isMet(finding) ?? null })
}

/** Findings as a table in columns of equal width, for people. */
export function table(findings: readonly Finding[]): string {
  const rows = [
    columns.map(({ title }) => title),
    ...findings.map((finding) => columns.map(({ cell }) => cell(finding))),
  ]
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const pad = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)
  const lines = rows.map((row) => row.map(pad).join('  ').trimEnd())
  lines.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '))
  const notes = findings.flatMap(({ name, notes = [] }) => notes.map((note) => `${name}: ${note}`))
  return [...lines, ...notes].join('\n')
}

const percent = (share: number | undefined) => (share === undefined ? '' : `${Math.round(100 * share)} %`)

const columns: { title: string; cell: (finding: Finding) => string }[] = [
  { title: '', cell: ({ name }) => name },
  { title: 'unit', cell: ({ unit }) => unit },
  { title: 'hub', cell: ({ hub }) => short(hub) },
  { title: 'p99 ms', cell: ({ p99 }) => short(p99?.hub) },
  { title: 'core', cell: ({ busy }) => percent(busy?.hub) },
  { title: 'reference', cell: ({ reference }) => short(reference) },
  { title: 'p99 ms', cell: ({ p99 }) => short(p99?.reference) },
  { title: 'core', cell: ({ busy }) => percent(busy?.reference) },
  { title: 'ratio', cell: (finding) => hundredths(ratioOf(finding)) },
  { title: 'per core-s', cell: (finding) => hundredths(ratioPerCoreSecond(finding)) },
  { title: 'target', cell: targetText },
  { title: '', cell: (finding) => ({ true: '✓', false: '✗', undefined: '' })[`${isMet(finding)}`] },
  { title: 'limit', cell: (finding) => (boundedSides(finding).length > 0 ? 'not the server' : '') },
]
