/** What of a key tells whether its owner should look at it. */
interface Noticed {
  status: 'active' | 'expired' | 'revoked'
  expiresAt: string | null
  warnings: readonly unknown[]
}

/** In its last 14 days answers to a key say that it ends (`docs/tokens.md`), and so do the pages. */
const noticeMs = 14 * 86_400_000

/** Whether a key that still works ends within 14 days. */
export const endsSoon = ({ status, expiresAt }: Noticed, now: Date): boolean =>
  status === 'active' && expiresAt !== null && Date.parse(expiresAt) - now.getTime() <= noticeMs

/** How many keys have warnings or end soon. */
export const countNoticed = (keys: readonly Noticed[], now: Date): number =>
  keys.filter((key) => key.warnings.length > 0 || endsSoon(key, now)).length

/** The number in words, for those who do not see a badge. */
export const noticedInWords = (count: number): string =>
  count === 1 ? '1 API key should be looked at' : `${count} API keys should be looked at`
