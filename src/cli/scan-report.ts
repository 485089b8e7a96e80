import type { ScanSummary } from '../library/library.ts'
import { formatBytes, formatCount, formatSeconds, printable } from './format.ts'

/** What a scan found, for a person: what changed, what was read, and every problem on a line of its own. */
export function reportLines(summary: ScanSummary): string[] {
  const { added, changed, unchanged, removed, hashedFiles, hashedBytes, seconds, complete, problems } = summary
  const read = `${formatCount(hashedFiles, 'model file', 'model files')} (${formatBytes(hashedBytes)})`
  return [
    `${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} removed`,
    `read ${read} in ${formatSeconds(seconds)}`,
    ...(complete ? [] : ['ended early; the next scan continues there']),
    ...(problems.length > 0 ? [`${formatCount(problems.length, 'problem', 'problems')}:`] : []),
    ...problems.map(({ path, reason }) => printable(`${path}: ${reason}`)),
  ]
}

/** What a scan of `folders` found, for a program: one JSON object on one line. */
export function reportJson(folders: readonly string[], summary: ScanSummary): string {
  const { added, changed, unchanged, removed, hashedFiles, hashedBytes, seconds, complete } = summary
  const problems = summary.problems.map(({ path, reason }) => ({ path, reason }))
  return JSON.stringify({
    folders,
    added,
    changed,
    unchanged,
    removed,
    hashedFiles,
    hashedBytes,
    seconds,
    complete,
    problems,
  })
}
