const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']

/** An amount of data for people, in powers of ten as disks are sold: `6.94 GB`. */
export function formatBytes(bytes: number): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes || 1) / 3)))
  return `${Number((bytes / 1000 ** step).toPrecision(3))} ${units[step]}`
}

/** Megabytes (10^6) in a second: `512 MB/s`. */
export const formatRate = (bytesPerSecond: number): string =>
  `${Number((bytesPerSecond / 1e6).toPrecision(3)).toFixed(bytesPerSecond < 1e7 ? 1 : 0)} MB/s`

/** A duration for people, in its two largest units: `2 h 5 min`, `4 min 12 s`, `3.4 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** A number with the noun that it counts: `1 file`, `12 files`. */
export const formatCount = (count: number, singular: string, plural: string): string =>
  `${count} ${count === 1 ? singular : plural}`

/** Text from outside, such as the name of a file, on one line and without commands to the terminal. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
