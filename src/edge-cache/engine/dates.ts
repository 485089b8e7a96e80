const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. */
const forms = [
  /^\w{3}, (?<day>\d\d) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) gmt$/i,
  /^\w{6,9}, (?<day>\d\d)-(?<month>\w{3})-(?<year>\d\d) (?<time>\d\d:\d\d:\d\d) gmt$/i,
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/i,
]

/**
 * Unix milliseconds of an HTTP date in any of its three forms (RFC 9110 §5.6.7), in any case (RFC 9111 §4.2); undefined for
 * what is none. `now` tells the century of a year of two digits: none is more than 50 years ahead.
 */
export function readDate(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  for (const form of forms) {
    const { day, month, year, time } = form.exec(text)?.groups ?? {}
    if (day === undefined || month === undefined || year === undefined || time === undefined) continue
    const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
    const monthNumber = months.indexOf(month.toLowerCase())
    // 60 is a leap second.
    if (monthNumber < 0 || hours > 23 || minutes > 59 || seconds > 60) return undefined
    const moment = Date.UTC(wholeYear(year, now), monthNumber, Number(day), hours, minutes, seconds)
    return new Date(moment - seconds * 1000).getUTCDate() === Number(day) ? moment : undefined
  }
  return undefined
}

function wholeYear(digits: string, now: number): number {
  if (digits.length > 2) return Number(digits)
  const thisYear = new Date(now).getUTCFullYear()
  const inThisCentury = thisYear - (thisYear % 100) + Number(digits)
  return inThisCentury > thisYear + 50 ? inThisCentury - 100 : inThisCentury
}
