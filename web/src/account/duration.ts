/** A duration as a person gives it: a number, as it was typed, and its unit. */
export interface Duration {
  amount: string
  unit: 'hours' | 'days'
}

/** Seconds of a unit. */
export const unitSeconds = { hours: 3600, days: 86_400 } as const

export const secondsOf = ({ amount, unit }: Duration): number => Math.round(Number(amount) * unitSeconds[unit])

/** A number of seconds in the unit that people would take. */
export const durationOf = (seconds: number): Duration =>
  seconds % unitSeconds.days === 0
    ? { amount: String(seconds / unitSeconds.days), unit: 'days' }
    : { amount: String(seconds / unitSeconds.hours), unit: 'hours' }

/** A number of seconds in words: `5 days`, `1 hour`, and `none` for nothing. */
export function durationInWords(seconds: number): string {
  if (seconds === 0) return 'none'
  const { amount, unit } = durationOf(seconds)
  return `${amount} ${amount === '1' ? unit.slice(0, -1) : unit}`
}
