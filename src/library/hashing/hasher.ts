import { stat } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import type { FileHashes } from './digests.ts'
import { abandonRing, makeRing } from './ring.ts'
import type { HashReply, HashTask } from './thread.ts'

/** Hashes files on threads of its own, each file in one read. */
export interface Hasher {
  /** How many files it works on at once. */
  threads: number
  /**
   * @throws HashingFailed when the file cannot be read, or changed or vanished meanwhile
   */
  hash(path: string, options?: HashOptions): Promise<FileHashes & { sizeBytes: number }>
  close(): Promise<void>
}

export interface HashOptions {
  signal?: AbortSignal
  /** Bytes of this file that are done. */
  onProgress?: (bytes: number) => void
}

export class HashingFailed extends Error {
  override name = 'HashingFailed'
  /** Of the system, such as `ENOENT`; `ECHANGED` when the file changed meanwhile, `EABORTED` when the caller gave up. */
  readonly code: string | undefined
  constructor(code: string | undefined, message: string) {
    super(message)
    this.code = code
  }
}

/** From this size on two threads share a file, where two are free. */
const sharedFromBytes = 16 * 1024 * 1024

/** Starts `threads` threads, which wait for work without keeping the process alive. */
export function openHasher({ threads }: { threads: number }): Hasher {
  const idle = Array.from({ length: threads }, startThread)
  const waiting: ((thread: HashThread) => void)[] = []
  let closed = false

  const take = (): Promise<HashThread> => {
    const thread = idle.pop()
    if (thread) return Promise.resolve(thread)
    return new Promise((resolve) => waiting.push(resolve))
  }
  const giveBack = (thread: HashThread) => {
    // A thread that died is replaced, so that one hostile file never stops the rest.
    const healthy = thread.isAlive() || closed ? thread : startThread()
    const next = waiting.shift()
    if (next) next(healthy)
    else idle.push(healthy)
  }

  return {
    threads,
    async hash(path, { signal, onProgress } = {}) {
      const sizeBytes = await sizeOf(path)
      const thread = await take()
      const partner = sizeBytes >= sharedFromBytes ? idle.pop() : undefined
      const stop = () => void Promise.all([thread.terminate(), partner?.terminate()])
      try {
        if (signal?.aborted) throw aborted()
        signal?.addEventListener('abort', stop, { once: true })
        if (!partner) return complete(await thread.run({ kind: 'alone', path }, onProgress))
        return await hashTogether(path, sizeBytes, thread, partner, onProgress)
      } catch (error) {
        throw signal?.aborted ? aborted() : error
      } finally {
        signal?.removeEventListener('abort', stop)
        giveBack(thread)
        if (partner) giveBack(partner)
      }
    },
    async close() {
      closed = true
      await Promise.all(idle.map((thread) => thread.terminate()))
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
  const ring = makeRing()
  const release = (error: unknown) => {
    abandonRing(ring)
    throw error
  }
  const [read, followed] = await Promise.allSettled([
    reader.run({ kind: 'read', path, ring }, onProgress).catch(release),
    follower.run({ kind: 'follow', path, ring, sizeBytes }).catch(release),
  ])
  // The reader knows what happened to the file; the follower only that no more came.
  if (read.status === 'rejected') throw read.reason
  if (followed.status === 'rejected') throw followed.reason
  return complete({ ...read.value, hashes: { ...read.value.hashes, ...followed.value.hashes } })
}

type Done = Extract<HashReply, { kind: 'done' }>

const complete = ({ hashes, sizeBytes }: Done) => ({ ...(hashes as FileHashes), sizeBytes })
const aborted = () => new HashingFailed('EABORTED', 'hashing was stopped')

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new HashingFailed(code, message)
  }
}

interface HashThread {
  run(task: HashTask, onProgress?: (bytes: number) => void): Promise<Done>
  isAlive(): boolean
  terminate(): Promise<unknown>
}

function startThread(): HashThread {
  // The same file as source and as built JavaScript.
  const worker = new Worker(new URL(`./thread${import.meta.url.slice(-3)}`, import.meta.url), { name: 'hash' })
  worker.unref()
  let alive = true
  worker.once('exit', () => {
    alive = false
  })
  return {
    run(task, onProgress) {
      const { promise, resolve, reject } = Promise.withResolvers<Done>()
      const onMessage = (reply: HashReply) => {
        if (reply.kind === 'progress') onProgress?.(reply.bytes)
        else if (reply.kind === 'done') resolve(reply)
        else reject(new HashingFailed(reply.code, reply.message))
      }
      const onEnd = () => reject(new HashingFailed(undefined, 'the hashing thread ended'))
      const onError = (error: unknown) => {
        alive = false
        reject(new HashingFailed(undefined, `the hashing thread failed: ${String(error)}`))
      }
      if (!alive) onEnd()
      worker.on('message', onMessage).on('error', onError).on('exit', onEnd)
      worker.ref()
      worker.postMessage(task)
      return promise.finally(() => {
        worker.off('message', onMessage).off('error', onError).off('exit', onEnd)
        worker.unref()
      })
    },
    isAlive: () => alive,
    terminate() {
      alive = false
      return worker.terminate()
    },
  }
}
