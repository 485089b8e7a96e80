import { randomBytes } from 'node:crypto'
import { open, rename, rm, stat, statfs } from 'node:fs/promises'

/** A write failed because the disk is full, a quota is reached, or the disk cannot be written. Nothing of it is stored. */
export class DiskFull extends Error {
  override name = 'DiskFull'
}

/**
 * SQLITE_FULL, and the extended codes of SQLITE_IOERR that a full disk or a reached quota can cause: WRITE, FSYNC, TRUNCATE,
 * SHMSIZE, GETTEMPPATH. Only ENOSPC becomes SQLITE_FULL; EDQUOT becomes SQLITE_IOERR_WRITE (https://sqlite.org/rescode.html).
 */
const sqliteCodes = new Set([13, 778, 1034, 1546, 4874, 6410])
const systemCodes = new Set(['ENOSPC', 'EDQUOT'])

/** Whether an error, or what caused it, says that the disk takes no more. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code, errcode, cause } = error as { code?: unknown; errcode?: unknown; cause?: unknown }
  return (
    error instanceof DiskFull ||
    systemCodes.has(code as string) ||
    sqliteCodes.has(errcode as number) ||
    isDiskFull(cause)
  )
}

/**
 * Space next to a database that is allocated in advance, in parts, so that what must not fail can still be written when the disk is
 * full. Several processes may use it.
 */
export interface Reserve {
  /** Frees one part; false when none is left. */
  release(): Promise<boolean>
  /** Re-creates the parts that are missing, as far as there is space for all of them and more. */
  refill(): Promise<void>
}

/** Number and size of the parts, in bytes. Revoking a token writes some 20 pages of 4 KiB to the log of the database. */
const partCount = 4
const partBytes = 256 * 1024

export function openReserve(databaseFile: string): Reserve {
  const paths = Array.from({ length: partCount }, (_, part) => `${databaseFile}-reserve-${part + 1}`)
  return {
    async release() {
      for (const path of paths) {
        const removed = await rm(path).then(
          () => true,
          () => false,
        )
        if (removed) return true
      }
      return false
    },
    async refill() {
      for (const path of paths) {
        const isThere = await stat(path).then(
          ({ size }) => size === partBytes,
          () => false,
        )
        if (isThere) continue
        if ((await freeBytes(databaseFile)) < (partCount + 1) * partBytes) return
        if (!(await allocate(path))) return
      }
    },
  }
}

/** Bytes that are free on the disk of a file; infinite where the system does not tell. */
const freeBytes = (path: string): Promise<number> =>
  statfs(path).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => Number.POSITIVE_INFINITY,
  )

/** Writes a file for its owner only. Random bytes take their space on file systems that compress, too. */
async function allocate(path: string): Promise<boolean> {
  const unfinished = `${path}.${process.pid}`
  try {
    const file = await open(unfinished, 'w', 0o600)
    try {
      await file.writeFile(randomBytes(partBytes))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(unfinished, path)
    return true
  } catch {
    await rm(unfinished, { force: true })
    return false
  }
}

/** What clients are told. */
export const diskFullText =
  'The disk of this hub is full or cannot be written, so nothing was changed. Reading still works. Try again later.'

/** Whether the changes of a database can be stored. */
export interface Writability {
  /** Called with the error of each statement that failed. */
  noteFailure(error: unknown): void
  failureCount(): number
  /** False from a failure on until a trial succeeds, and where the disk has hardly any space. */
  isWritable(): Promise<boolean>
}

/** `canAllocate` tries whether the database can grow. */
export function openWritability(
  databaseFile: string,
  { reserve, canAllocate }: { reserve: Reserve; canAllocate: () => Promise<boolean> },
): Writability {
  let failures = 0
  let hasFailed = false
  /** Callers within a second share one trial. */
  let trial: { at: number; result: Promise<boolean> } | undefined
  const tryToWrite = async () => {
    if ((await freeBytes(databaseFile)) < minFreeBytes) return false
    if (!hasFailed) return true
    if (!(await canWrite(databaseFile)) || !(await canAllocate())) return false
    hasFailed = false
    await reserve.refill()
    return true
  }
  return {
    noteFailure(error) {
      if (!isDiskFull(error)) return
      failures++
      if (!hasFailed) trial = undefined
      hasFailed = true
    },
    failureCount: () => failures,
    isWritable() {
      const at = performance.now()
      if (!trial || at - trial.at > trialMilliseconds) trial = { at, result: tryToWrite() }
      return trial.result
    },
  }
}

const trialMilliseconds = 1000
/** With less than this, a change of usual size cannot be stored. */
const minFreeBytes = 128 * 1024

/** Whether a file can be written next to the database, quota included. */
async function canWrite(databaseFile: string): Promise<boolean> {
  const path = `${databaseFile}-probe-${process.pid}`
  const written = await allocate(path)
  await rm(path, { force: true })
  return written
}
