import { createSidecarClaim, type SidecarClaim } from './claim.ts'

/** Reads `<stem>.txt`: one short line is a trigger phrase, longer text is a note. */
export function readText(content: string): SidecarClaim {
  const trimmed = content.replace(/^\uFEFF/, '').trim()
  const base = { source: 'text' as const, sha256: [] }
  if (trimmed.includes('\0')) return createSidecarClaim({ ...base, problems: [{ field: '', reason: 'Is not a text' }] })
  if (trimmed === '') return createSidecarClaim({ ...base, problems: [] })
  const words = trimmed.length <= maxWordsLength && !/[\r\n]|[.!?]$|https?:/.test(trimmed)
  return createSidecarClaim({
    ...base,
    problems: [],
    ...(words ? { trainedWords: [trimmed] } : { notes: trimmed.slice(0, maxNotesLength) }),
  })
}

const maxWordsLength = 300
const maxNotesLength = 200_000
