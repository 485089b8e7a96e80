import { pipeline, Readable, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import type { Chunks } from './chunks.ts'

const chunkSize = 1 << 18

/** A gzip file unpacked, all members of it (RFC 1952 §2.2). */
export const gunzip = (chunks: Chunks): Chunks => pipeThrough(chunks, createGunzip({ chunkSize }))

/** A Zstandard file unpacked. */
export const unzstd = (chunks: Chunks): Chunks => pipeThrough(chunks, createZstdDecompress({ chunkSize }))

// What fails on the way is thrown by the iteration of `transform`, which the pipeline destroys with the error.
const pipeThrough = (chunks: Chunks, transform: Transform): Chunks =>
  pipeline(Readable.from(chunks), transform, () => undefined)
