import { type Logger, pino } from 'pino'
import { redact } from '../auth/redact.ts'

/** Logging by pino, as JSON lines on standard error, so that standard output stays for answers. */
export function openLog(level: string): Logger {
  return pino({ level, base: null, hooks: { streamWrite: redact } }, pino.destination({ dest: 2, sync: true }))
}
