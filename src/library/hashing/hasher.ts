import { stat } from 'node:fs/promises'
import { ThreadEnded, type ThreadOnDemand, threadOnDemand } from '../thread-on-demand.ts'
import type { FileHashes } from './digests.ts'
import type { HashReply, HashTask } from './hash-thread.ts'
import { abandonRing, createRing } from './ring.ts'

/** Hashes files on worker threads. Each file is read once. */
export interface Hasher {
  /** Maximum number of files hashed concurrently. */
  threads: number
  /**
   * @throws HashingError when the file cannot be read, or changed or vanished meanwhile
   */
  hash(path: string, options?: HashOptions): Promise<FileHashes & { sizeBytes: number }>
  close(): Promise<void>
}

export interface HashOptions {
  signal?: AbortSignal
  /** Called with the number of bytes hashed so far. */
  onProgress?: (bytes: number) => void
}

export class HashingError extends Error {
  override name = 'HashingError'
  /** A system error code such as `ENOENT`; `ECHANGED` if the file changed meanwhile, `EABORTED` if the caller aborted. */
  readonly code: string | undefined
  constructor(code: string | undefined, message: string) {
    super(message)
    this.code = code
  }
}

/** Minimum size, in bytes, of files that two threads share if two are idle. */
const minSharedFileBytes = 16 * 1024 * 1024

/** Opens a hasher with up to `threads` threads. They start on demand. */
export function openHasher({ threads }: { threads: number }): Hasher {
  const idle = Array.from({ length: threads }, () =>
    threadOnDemand<HashTask, HashReply>({ module: './hash-thread', importer: import.meta.url }),
  )
  const waiting: ((thread: HashThread) => void)[] = []

  const acquireThread = (): Promise<HashThread> => {
    const thread = idle.pop()
    if (thread) return Promise.resolve(thread)
    return new Promise((resolve) => waiting.push(resolve))
  }
  const releaseThread = (thread: HashThread) => {
    const next = waiting.shift()
    if (next) next(thread)
    else idle.push(thread)
  }

  return {
    threads,
    async hash(path, { signal, onProgress } = {}) {
      const sizeBytes = await sizeOf(path)
      const thread = await acquireThread()
      const partner = sizeBytes >= minSharedFileBytes ? idle.pop() : undefined
      const stop = () => void Promise.all([thread.end(), partner?.end()])
      try {
        if (signal?.aborted) throw abortedError()
        signal?.addEventListener('abort', stop, { once: true })
        if (!partner) return complete(await runTask(thread, { kind: 'alone', path }, onProgress))
        return await hashTogether(path, sizeBytes, thread, partner, onProgress)
      } catch (error) {
        throw signal?.aborted ? abortedError() : error
      } finally {
        signal?.removeEventListener('abort', stop)
        releaseThread(thread)
        if (partner) releaseThread(partner)
      }
    },
    async close() {
      await Promise.all(idle.map((thread) => thread.end()))
    },
  }
}

async function hashTogether(
  path: string,
  sizeBytes: number,
  reader: HashThread,
  follower: HashThread,
  onProgress: HashOptions['onProgress'],
) {
  const ring = createRing()
  const release = (error: unknown) => {
    abandonRing(ring)
    throw error
  }
  const [read, followed] = await Promise.allSettled([
    runTask(reader, { kind: 'read', path, ring }, onProgress).catch(release),
    runTask(follower, { kind: 'follow', path, ring, sizeBytes }).catch(release),
  ])
  // The reader's error has the cause: the follower only sees that the chunks ended early.
  if (read.status === 'rejected') throw read.reason
  if (followed.status === 'rejected') throw followed.reason
  return complete({ ...read.value, hashes: { ...read.value.hashes, ...followed.value.hashes } })
}

type Done = Extract<HashReply, { kind: 'done' }>

const complete = ({ hashes, sizeBytes }: Done) => ({ ...(hashes as FileHashes), sizeBytes })
const abortedError = () => new HashingError('EABORTED', 'hashing was stopped')

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new HashingError(code, message)
  }
}

type HashThread = ThreadOnDemand<HashTask, HashReply>

/** Runs a task on a thread and returns its result. */
async function runTask(thread: HashThread, task: HashTask, onProgress?: (bytes: number) => void): Promise<Done> {
  try {
    return await thread.ask(task, (reply) => {
      if (reply.kind === 'done') return reply
      if (reply.kind === 'failed') throw new HashingError(reply.code, reply.message)
      onProgress?.(reply.bytes)
      return undefined
    })
  } catch (error) {
    if (error instanceof ThreadEnded) throw new HashingError(undefined, 'the hashing thread ended')
    throw error
  }
}
