import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { contentDigest, type Digest, type FileHashes, safetensorsDataOffset, wholeFileDigest } from './digests.ts'
import { chunkBytes, type RingMemory, ringChunks, ringWriter } from './ring.ts'

/**
 * `alone`: compute all hashes. `read`: compute the hashes of `wholeFileDigest` and pass the chunks through a ring. `follow`:
 * take the chunks from the ring and compute the hashes of `contentDigest`.
 */
export type HashTask =
  | { kind: 'alone'; path: string }
  | { kind: 'read'; path: string; ring: RingMemory }
  | { kind: 'follow'; path: string; ring: RingMemory; sizeBytes: number }

export type HashReply =
  | { kind: 'progress'; bytes: number }
  | { kind: 'done'; hashes: Partial<FileHashes>; sizeBytes: number }
  | { kind: 'failed'; code: string | undefined; message: string }

/** A progress message is sent each time this many bytes have been read. */
const progressBytes = 32 * 1024 * 1024

if (!parentPort) throw new Error('this module runs as a worker thread')
const port = parentPort
const postReply = (reply: HashReply) => port.postMessage(reply)
const ownChunk = new Uint8Array(chunkBytes)

port.on('message', (task: HashTask) => {
  try {
    if (task.kind === 'follow') follow(task)
    else if (task.kind === 'read') readForFollower(task)
    else readAlone(task)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    postReply({ kind: 'failed', code, message })
  }
})

function readAlone({ path }: { path: string }): void {
  let digests: Digest[] = []
  const sizeBytes = eachChunk(path, {
    next: () => ownChunk,
    take(chunk, offset, size) {
      if (offset === 0) digests = [wholeFileDigest(), contentDigest(dataOffsetOf(path, chunk, size))]
      for (const digest of digests) digest.update(chunk, offset)
    },
  })
  if (digests.length === 0) digests = [wholeFileDigest(), contentDigest(undefined)]
  const [whole, content] = digests.map((digest) => digest.end(sizeBytes))
  postReply({ kind: 'done', hashes: { ...whole, ...content }, sizeBytes })
}

function readForFollower({ path, ring }: { path: string; ring: RingMemory }): void {
  const digest = wholeFileDigest()
  const writer = ringWriter(ring)
  try {
    const sizeBytes = eachChunk(path, {
      next: () => writer.nextChunk(),
      take(chunk, offset) {
        writer.publish(chunk.length)
        digest.update(chunk, offset)
      },
    })
    writer.end(true)
    postReply({ kind: 'done', hashes: digest.end(sizeBytes), sizeBytes })
  } catch (error) {
    writer.end(false)
    throw error
  }
}

function follow({ path, ring, sizeBytes }: { path: string; ring: RingMemory; sizeBytes: number }): void {
  let digest: Digest | undefined
  let offset = 0
  const chunks = ringChunks(ring)
  for (;;) {
    const { value, done } = chunks.next()
    if (done) {
      if (!value || !digest) throw new Error('the reading thread failed')
      postReply({ kind: 'done', hashes: digest.end(offset), sizeBytes: offset })
      return
    }
    digest ??= contentDigest(dataOffsetOf(path, value, sizeBytes))
    digest.update(value, offset)
    offset += value.length
  }
}

interface ChunkReader {
  next(): Uint8Array
  take(chunk: Uint8Array, offset: number, sizeBytes: number): void
}

/** Reads a file once from start to end and returns its size. Throws if the file changes meanwhile. */
function eachChunk(path: string, { next, take }: ChunkReader): number {
  const file = openSync(path, 'r')
  try {
    const before = fstatSync(file)
    let offset = 0
    let reported = 0
    while (offset < before.size) {
      const chunk = next()
      const length = readFully(file, chunk, offset, before.size)
      if (length === 0) throw changedError('the file became shorter while it was read')
      take(chunk.subarray(0, length), offset, before.size)
      offset += length
      if (offset - reported >= progressBytes) {
        reported = offset
        postReply({ kind: 'progress', bytes: offset })
      }
    }
    const after = fstatSync(file)
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) {
      throw changedError('the file changed while it was read')
    }
    return before.size
  } finally {
    closeSync(file)
  }
}

/** Fills a chunk, because a single read can return fewer bytes. Only the last chunk of a file is shorter. */
function readFully(file: number, chunk: Uint8Array, offset: number, sizeBytes: number): number {
  const wanted = Math.min(chunk.length, sizeBytes - offset)
  let length = 0
  while (length < wanted) {
    const read = readSync(file, chunk, length, wanted - length, offset + length)
    if (read === 0) break
    length += read
  }
  return length
}

const dataOffsetOf = (path: string, first: Uint8Array, sizeBytes: number) =>
  path.toLowerCase().endsWith('.safetensors') ? safetensorsDataOffset(first, sizeBytes) : undefined

const changedError = (message: string) => Object.assign(new Error(message), { code: 'ECHANGED' })
