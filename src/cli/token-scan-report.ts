import { redactTokens, tokenPrefixes } from '../auth/tokens/token-format.ts'
import type { TokenFinding } from '../token-scan/scan-listener.ts'
import { formatBytes, formatCount, printable } from './format.ts'

/** One finding for people: `path:line:column: mk_…wxyz`; in a history `commit:path:line:column: …`, which `git show` knows. */
export function findingLine({ path, commit, object, line, column, kind, lastFour, part }: TokenFinding): string {
  const revision = commit ?? object
  const place = [revision?.slice(0, shortIdLength), tellable(path), line, column].filter((one) => one !== undefined)
  const note = part === 'content' ? (object === undefined ? '' : ' (in no commit)') : ` (${part})`
  return `${place.join(':')}: ${tokenPrefixes[kind]}…${lastFour}${note}`
}

/** One finding for programs. */
export const findingJson = ({ path, line, column, kind, lastFour, part, commit, object }: TokenFinding): string =>
  JSON.stringify({
    path: redactTokens(path),
    line,
    column,
    kind,
    token: `${tokenPrefixes[kind]}…${lastFour}`,
    part,
    commit,
    object,
  })

export const problemLine = (path: string, reason: string): string => `modelkeep: ${tellable(path)}: ${tellable(reason)}`

/** How far a search is: where it reads, and how much was read before. */
export interface SearchState {
  path: string
  bytes: number
}

export const searchLine = ({ path, bytes }: SearchState): string => `${formatBytes(bytes)} searched | ${tellable(path)}`

/** What was searched and found, in the end. */
export function searchSummary(totals: {
  findings: number
  problems: number
  files: number
  histories: number
  bytes: number
}): string {
  const { findings, problems, files, histories, bytes } = totals
  const searched = [
    formatCount(files, 'file', 'files'),
    ...(histories ? [formatCount(histories, 'history', 'histories')] : []),
  ]
  return [
    `modelkeep: ${findings === 0 ? 'no token' : `tokens in ${formatCount(findings, 'place', 'places')}`}`,
    `${searched.join(' and ')} searched, ${formatBytes(bytes)}`,
    ...(problems ? [formatCount(problems, 'problem', 'problems')] : []),
  ].join('; ')
}

/** A path may hold a token, or commands to the terminal. */
const tellable = (text: string) => printable(redactTokens(text))

const shortIdLength = 10
