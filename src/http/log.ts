import { type Logger, pino } from 'pino'

/** Everything that looks like a token, anywhere in a line; and the value of any `token=`. */
const secretForms = [
  [/\bmk([pc]?)_[0-9A-Za-z]{8,}/g, 'mk$1_[secret]'],
  [/([?&]token=)[^&\s"\\]*/gi, '$1[secret]'],
  // The address of a file's bytes works for whoever holds it.
  [/(\/files\/)[^/\s"]+/g, '$1[grant]'],
  [/(bearer\s+)[^\s"\\,]+/gi, '$1[secret]'],
] as const

/** The one place where secrets leave a log line, before it reaches any sink. */
export const redact = (line: string): string =>
  secretForms.reduce((text, [form, replacement]) => text.replaceAll(form, replacement), line)

/** Logging by pino, as JSON lines on standard error, so that standard output stays for answers. */
export function openLog(level: string): Logger {
  return pino({ level, base: null, hooks: { streamWrite: redact } }, pino.destination({ dest: 2, sync: true }))
}
