const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']

/** An amount of data for people, in powers of ten as disks are sold: `6.94 GB`. */
export function readableBytes(bytes: number): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes || 1) / 3)))
  return `${Number((bytes / 1000 ** step).toPrecision(3))} ${units[step]}`
}

/** A duration for people, in its two largest units: `2 h 5 min`, `4 min 12 s`, `3 s`. */
export function readableSeconds(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** A number with the noun that it counts: `1 file`, `12,000 files`. */
export const counted = (count: number, singular: string, plural: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? singular : plural}`
