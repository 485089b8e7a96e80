const units = ['KiB', 'MiB', 'GiB', 'TiB']

/** A size for people, from kibibytes: `6.46 GiB`. */
export function readableSize(kibibytes: number): string {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log(kibibytes || 1) / Math.log(1024))))
  return `${Number((kibibytes / 1024 ** step).toPrecision(3))} ${units[step]}`
}
