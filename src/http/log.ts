import { type Logger, pino } from 'pino'
import { redact } from '../auth/redact.ts'

/**
 * Logging by pino, as JSON lines on standard error, so that standard output stays for answers. Of several processes that
 * serve, each line names the one it is from.
 */
export function openLog(level: string, base: { worker: number } | null = null): Logger {
  return pino({ level, base, hooks: { streamWrite: redact } }, pino.destination({ dest: 2, sync: true }))
}
