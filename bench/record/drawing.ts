import { amount, type Finding, hundredths, isMet, judged, targetText } from '../report.ts'
import type { Known } from './runs.ts'

const width = 1120
const rowHeight = 24
/** Where the names end, and the line of the targets. */
const [labelEnd, middle, barsEnd] = [600, 760, 920]
/** A bar ends where its finding is so many times better or worse than its target. */
const widest = 4

/**
 * What is known, as a picture (SVG): of each finding with a target, how far it is beyond the target (to the right) or short of it
 * (to the left), on a logarithmic scale. The same findings make the same picture.
 */
export function drawing(known: readonly Known[]): string {
  const findings = known.flatMap(({ findings }) => findings.filter(({ target }) => target !== undefined))
  const height = 64 + rowHeight * Math.max(1, findings.length)
  const met = findings.filter(isMet).length
  const grid = [1 / 4, 1 / 2, 1, 2, 4].map((times) => {
    const x = placeOf(times)
    const line = `<line class="${times === 1 ? 'target' : 'grid'}" x1="${x}" y1="36" x2="${x}" y2="${height - 12}"/>`
    const word = times === 1 ? 'target' : times < 1 ? `${1 / times}× worse` : `${times}× better`
    return `${line}<text class="small" x="${x}" y="28" text-anchor="middle">${word}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${met} of ${findings.length} targets met</title>
<style>
svg { font: 12px system-ui, sans-serif; --ground: #ffffff; --ink: #1f2328; --faint: #d1d9e0; --quiet: #59636e; --met: #1a7f37; --missed: #cf222e }
@media (prefers-color-scheme: dark) { svg { --ground: #0d1117; --ink: #f0f6fc; --faint: #3d444d; --quiet: #9198a1; --met: #3fb950; --missed: #f85149 } }
.ground { fill: var(--ground) } text { fill: var(--ink) } .small { fill: var(--quiet); font-size: 10px }
.grid { stroke: var(--faint) } .target { stroke: var(--quiet) } .met { fill: var(--met) } .missed { fill: var(--missed) }
</style>
<rect class="ground" width="${width}" height="${height}"/>
${[...grid, ...(findings.length === 0 ? [emptyRow] : findings.map(rowOf))].join('\n')}
</svg>
`
}

const emptyRow = `<text x="${middle}" y="56" text-anchor="middle">nothing recorded yet</text>`

function rowOf(finding: Finding, index: number): string {
  const y = 44 + rowHeight * index
  const state = isMet(finding) ? 'met' : 'missed'
  const end = placeOf(timesBetter(finding))
  const [left, right] = [Math.min(middle, end), Math.max(middle, end)]
  return [
    `<text x="${labelEnd - 8}" y="${y + 13}" text-anchor="end">${escaped(finding.name)}</text>`,
    `<rect class="${state}" x="${left}" y="${y + 3}" width="${round(Math.max(2, right - left))}" height="12" rx="2"/>`,
    `<text class="${state}" x="${barsEnd + 10}" y="${y + 13}">${state === 'met' ? '✓' : '✗'}</text>`,
    `<text x="${barsEnd + 26}" y="${y + 13}">${escaped(`${valueText(finding)} (${targetText(finding)})`)}</text>`,
  ].join('')
}

/** How many times better than its target a finding is; below 1 where it is worse. */
export function timesBetter(finding: Finding): number {
  const { target } = finding
  const value = judged(finding)
  if (!target || value === undefined) return 0
  if ('ratio' in target) return value / target.ratio
  if ('atLeast' in target) return value / target.atLeast
  const most = 'atMost' in target ? target.atMost : target.ratioAtMost
  return most === value ? 1 : most / value
}

function valueText(finding: Finding): string {
  const value = judged(finding)
  if (value === undefined) return '–'
  const { target, unit } = finding
  return target && ('ratio' in target || 'ratioAtMost' in target) ? hundredths(value) : amount(value, unit)
}

/** The horizontal place of so many times the target. */
function placeOf(times: number): number {
  const bounded = Math.min(widest, Math.max(1 / widest, times))
  return round(middle + ((barsEnd - middle) * Math.log(bounded)) / Math.log(widest))
}

const round = (value: number) => Math.round(value * 10) / 10
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
