/** The parts of a key that decide whether its owner should look at it. */
interface Noticed {
  status: 'active' | 'expired' | 'revoked'
  expiresAt: string | null
  networks: readonly string[]
  warnings: readonly { kind: string }[]
}

/** In the last 14 days before a key expires, responses to it say so (`docs/tokens.md`), and so do the pages. */
const noticeMs = 14 * 86_400_000

/** Whether a key that still works expires within 14 days. */
export const endsSoon = ({ status, expiresAt }: Omit<Noticed, 'warnings' | 'networks'>, now: Date): boolean =>
  status === 'active' && expiresAt !== null && Date.parse(expiresAt) - now.getTime() <= noticeMs

/**
 * Returns the warnings of a key that are alarms. A use that the settings of the key allow is none: a request with the key in
 * its URL was accepted because the key allows that, and one from a new network because the key's list names it. A program
 * that sends an old secret no longer matters once the key has ended.
 */
export const alarmsOf = <Warning extends { kind: string }>({
  status,
  networks,
  warnings,
}: Pick<Noticed, 'status' | 'networks'> & { warnings: readonly Warning[] }): Warning[] =>
  warnings.filter(({ kind }) => {
    if (kind === 'query') return false
    if (kind === 'network') return networks.length === 0
    return kind !== 'rotated' || status === 'active'
  })

/** Number of active keys that have alarms or expire soon. */
export const countNoticed = (keys: readonly Noticed[], now: Date): number =>
  keys.filter((key) => key.status === 'active' && (alarmsOf(key).length > 0 || endsSoon(key, now))).length

/** The number in words, for readers who do not see a badge. */
export const noticedInWords = (count: number): string =>
  count === 1 ? '1 API key needs attention' : `${count} API keys need attention`
