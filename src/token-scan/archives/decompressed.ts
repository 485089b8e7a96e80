import { pipeline, Readable, type Transform } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import type { Chunks } from './chunks.ts'

const chunkSize = 1 << 18

/** A gzip file unpacked, all members of it (RFC 1952 §2.2). */
export const gunzipped = (chunks: Chunks): Chunks => through(chunks, createGunzip({ chunkSize }))

/** A Zstandard file unpacked. */
export const unzstd = (chunks: Chunks): Chunks => through(chunks, createZstdDecompress({ chunkSize }))

// What fails on the way is thrown by the iteration of `transform`, which the pipeline destroys with the error.
const through = (chunks: Chunks, transform: Transform): Chunks =>
  pipeline(Readable.from(chunks), transform, () => undefined)
