/** One thing that was measured, and what it is held against. */
export interface Finding {
  name: string
  unit: 'req/s' | 'MB/s' | 'MB' | 'ms' | 'requests'
  hub: number
  /** The same work done by the least program that can do it: a bare server, openssl. */
  reference?: number
  /** 99th percentiles of the time to answer, in milliseconds. */
  p99?: { hub: number; reference?: number }
  /** Share of one core that the servers used: near 1 when they, not the generator of load, were the limit. */
  busy?: { hub: number; reference?: number }
  /** What `hub / reference` is to reach or not to exceed, or what `hub` is to stay below. */
  target?: { ratio: number } | { ratioAtMost: number } | { below: number }
}

const ratioOf = ({ hub, reference }: Finding) => (reference === undefined ? undefined : hub / reference)

/** Whether the target is met; undefined without one. */
function isMet(finding: Finding): boolean | undefined {
  const { target, hub } = finding
  if (!target) return undefined
  if ('below' in target) return hub < target.below
  const ratio = ratioOf(finding) ?? Number.NaN
  return 'ratioAtMost' in target ? ratio <= target.ratioAtMost : ratio >= target.ratio
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
  return lines.join('\n')
}

/** In whole numbers, small ones with a decimal where they have one. */
const short = (value: number | undefined) =>
  value?.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 }) ?? ''
const hundredths = (value: number | undefined) => value?.toFixed(2) ?? ''
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
  { title: 'target', cell: ({ target }) => targetText(target) },
  { title: '', cell: (finding) => ({ true: '✓', false: '✗', undefined: '' })[`${isMet(finding)}`] },
]

function targetText(target: Finding['target']): string {
  if (!target) return '-'
  if ('below' in target) return `< ${short(target.below)}`
  return 'ratioAtMost' in target ? `≤ ${hundredths(target.ratioAtMost)}` : `≥ ${hundredths(target.ratio)}`
}
