import { pipeline, Readable, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import type { Chunks } from './chunks.ts'

const chunkSize = 1 << 18

/** Decompresses a gzip file with all its members (RFC 1952 §2.2). */
export const gunzip = (chunks: Chunks): Chunks => pipeThrough(chunks, createGunzip({ chunkSize }))

/** Decompresses a Zstandard file. */
export const unzstd = (chunks: Chunks): Chunks => pipeThrough(chunks, createZstdDecompress({ chunkSize }))

// The callback can ignore errors: the pipeline destroys `transform` with the error, so its iteration throws it.
const pipeThrough = (chunks: Chunks, transform: Transform): Chunks =>
  pipeline(Readable.from(chunks), transform, () => undefined)
