import {
  amount,
  boundedSides,
  type Finding,
  hundredths,
  isMet,
  ratioOf,
  ratioPerCoreSecond,
  short,
  targetText,
} from '../report.ts'
import type { Known, Run } from './runs.ts'

/** What is known, as Markdown: a table with a row for each finding, what is to be said of some, and where it was measured. */
export function recordTable(known: readonly Known[]): string {
  if (known.length === 0) return '\nNothing has been recorded yet: `npm run bench` does.\n'
  const notes: string[] = []
  const rows = known.flatMap(({ part, findings }) => [
    `| **${part}** |${' |'.repeat(columns.length - 1)}`,
    ...findings.map((finding) => {
      const marks = notesOf(finding).map((note) => {
        if (!notes.includes(note)) notes.push(note)
        return `<sup>${notes.indexOf(note) + 1}</sup>`
      })
      const [name, ...cells] = columns.map(({ cell }) => cell(finding))
      return `| ${[`${name}${marks.join(' ')}`, ...cells].join(' | ')} |`
    }),
  ])
  return [
    '',
    `| ${columns.map(({ title }) => title).join(' | ')} |`,
    `|---|${columns
      .slice(1)
      .map(() => '---:|')
      .join('')}`,
    ...rows,
    '',
    ...notes.flatMap((note, index) => [`${index + 1}. ${note}`]),
    ...(notes.length > 0 ? [''] : []),
    ...runLines(known),
    '',
  ].join('\n')
}

const notesOf = (finding: Finding): string[] => [
  ...boundedSides(finding).map((side) => limitOf[side]),
  ...(finding.notes ?? []),
]

const judgedSo = 'the target is held against the ratio per core-second.'
const limitOf = {
  hub: `The hub used less than 0.9 of its cores, so that it was not the limit: ${judgedSo}`,
  reference: `The reference used less than 0.9 of its core, so that it was not the limit: ${judgedSo}`,
}

const latencies = ({ p50, p99 }: Finding) =>
  p99 === undefined ? '' : [p50?.hub, p99.hub].map((value) => (value === undefined ? '–' : short(value))).join(' / ')

const columns: { title: string; cell: (finding: Finding) => string }[] = [
  { title: 'measured', cell: ({ name }) => name },
  { title: 'hub', cell: ({ hub, unit }) => amount(hub, unit) },
  { title: 'reference', cell: ({ reference, unit }) => (reference === undefined ? '' : amount(reference, unit)) },
  { title: 'p50 / p99 ms', cell: latencies },
  { title: 'core, hub', cell: ({ busy }) => hundredths(busy?.hub) },
  { title: 'core, reference', cell: ({ busy }) => hundredths(busy?.reference) },
  { title: 'ratio', cell: (finding) => hundredths(ratioOf(finding)) },
  { title: 'per core-second', cell: (finding) => hundredths(ratioPerCoreSecond(finding)) },
  { title: 'target', cell: targetText },
  { title: '', cell: (finding) => ({ true: 'met', false: '**missed**', undefined: '' })[`${isMet(finding)}`] },
]

/** A line for each run, with the parts that it measured, and the programs that were measured beside. */
function runLines(known: readonly Known[]): string[] {
  const byRun = Map.groupBy(known, ({ run }) => run)
  return [...byRun].map(([run, parts]) => {
    const programs = new Set(
      parts.flatMap(({ findings }) => findings.flatMap(({ against, generator }) => [against, generator])),
    )
    const named = [...programs].filter((program) => program !== undefined)
    return `${parts.map(({ part }) => part).join(', ')}: ${runInWords(run)}${named.length > 0 ? `; ${named.join(', ')}` : ''}.`
  })
}

function runInWords({ startedAt, commit, machine }: Run): string {
  const { processor, cores, memoryGigabytes, system, node, binding, loadBefore } = machine
  const where = `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${system}, Node ${node}`
  const load = `load average before ${hundredths(loadBefore)}`
  return `${startedAt.slice(0, 10)}, commit ${commit}, ${where}; ${load}; ${binding}`
}
