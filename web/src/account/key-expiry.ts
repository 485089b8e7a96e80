/** How long a key may live: a number of days, `none` for no end, or `date` for a day that a field of its own asks for. */
export type ExpiryChoice = string

const usualDays = [30, 90, 365]

/** What to choose from on a hub where keys live at most `longestDays`; null: without end. */
export function expiryChoices(longestDays: number | null): { value: ExpiryChoice; label: string }[] {
  const days = longestDays === null ? usualDays : [...usualDays.filter((usual) => usual < longestDays), longestDays]
  return [
    ...days.map((number) => ({ value: String(number), label: number === 1 ? '1 day' : `${number} days` })),
    ...(longestDays === null ? [{ value: 'none', label: 'No expiry' }] : []),
    { value: 'date', label: 'A date' },
  ]
}

/** What was chosen, or where the hub does not allow it the longest life that it does. */
export const allowedChoice = (choice: ExpiryChoice, longestDays: number | null): ExpiryChoice =>
  longestDays === null || choice === 'date' || Number(choice) <= longestDays ? choice : String(longestDays)

/** The last day that can be chosen (`2030-01-31`), where the person is; undefined without a limit. */
export const lastDay = (longestDays: number | null, now: Date): string | undefined =>
  longestDays === null ? undefined : dayOf(new Date(now.getTime() + longestDays * dayMs))

/** A day as fields of dates have it, where the person is. */
export const dayOf = (time: Date): string =>
  [time.getFullYear(), time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, '0')).join('-')

/**
 * When a key ends, as the hub takes it: null for as late as it allows. A date (`2030-01-31`) ends with that day, where the
 * person is, or sooner where the hub's longest life ends in the middle of it.
 */
export function expiryOf(
  choice: ExpiryChoice,
  date: string,
  { now, longestDays }: { now: Date; longestDays: number | null },
): string | null {
  // Reckoned by the hub's own clock.
  if (choice === 'none' || choice === String(longestDays)) return null
  const end = choice === 'date' ? new Date(`${date}T23:59:59`) : new Date(now.getTime() + Number(choice) * dayMs)
  return end.getTime() >= now.getTime() + (longestDays ?? Infinity) * dayMs ? null : end.toISOString()
}

const dayMs = 86_400_000
