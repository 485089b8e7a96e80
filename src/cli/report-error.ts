import { CommanderError } from 'commander'
import { UnusableServerSecret } from '../auth/server-secret.ts'
import { ConfigError } from '../config/config.ts'
import { DiskFull } from '../db/disk-space.ts'
import { NewerSchema } from '../db/migrate.ts'
import { UnusableFolder } from '../library/unusable-folder.ts'
import { WorkersFailed } from '../workers/supervise.ts'

/** Failures that a person can do something about: one line says what, and no stack. */
const plainFailures = [ConfigError, DiskFull, NewerSchema, UnusableServerSecret, UnusableFolder, WorkersFailed]
const plainCodes = new Set(['EACCES', 'ENOENT', 'ENOTDIR', 'ENOSPC', 'EROFS', 'ERR_SQLITE_ERROR'])

/** Says what went wrong on standard error; gives the exit code. */
export function reportError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode
  const { code, message } = error as NodeJS.ErrnoException
  const isPlain = plainFailures.some((kind) => error instanceof kind) || plainCodes.has(code ?? '')
  console.error(isPlain ? `modelkeep: ${message}` : error)
  return 1
}
