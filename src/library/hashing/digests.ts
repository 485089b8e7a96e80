import { createHash, type Hash } from 'node:crypto'
import { Blake3Hasher } from '@napi-rs/blake-hash'
import { crc32 } from '@node-rs/crc32'

/** The six hashes of a file as the site API writes them: upper-case hexadecimal, absent where a kind does not apply. */
export interface FileHashes {
  sha256: string
  /** SHA-256 of the 64 KiB at 1 MiB, cut to 8; of files from 2 MiB up. */
  autov1?: string
  /** SHA-256 of the file, cut to 10. */
  autov2: string
  /** SHA-256 of what follows a safetensors header, cut to 12. */
  autov3?: string
  blake3: string
  /** IEEE polynomial, its bytes in reverse order. */
  crc32: string
}

/**
 * The hashes in two parts of about the same work, so that two threads can share a large file. A part is fed the bytes
 * of the file in order, each chunk with its offset.
 */
export interface Digest {
  update(chunk: Uint8Array, offset: number): void
  end(sizeBytes: number): Partial<FileHashes>
}

/** SHA256 with AutoV2 and AutoV1, and CRC32. */
export function wholeFileDigest(): Digest {
  const sha256 = createHash('sha256')
  let checksum = 0
  const autoV1 = windowHash(autoV1Start, autoV1Start + autoV1Bytes)
  return {
    update(chunk, offset) {
      sha256.update(chunk)
      checksum = crc32(chunk, checksum)
      autoV1.update(chunk, offset)
    },
    end(sizeBytes) {
      const whole = hex(sha256)
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32LE(checksum)
      return {
        sha256: whole,
        autov2: whole.slice(0, 10),
        ...(sizeBytes >= minAutoV1FileBytes && { autov1: autoV1.end().slice(0, 8) }),
        crc32: bytes.toString('hex').toUpperCase(),
      }
    },
  }
}

/** BLAKE3, and AutoV3 where `dataOffset` tells that a safetensors header ends there. */
export function contentDigest(dataOffset: number | undefined): Digest {
  const blake3 = new Blake3Hasher()
  const autoV3 = dataOffset === undefined ? undefined : windowHash(dataOffset, Number.POSITIVE_INFINITY)
  return {
    update(chunk, offset) {
      blake3.update(asBuffer(chunk))
      autoV3?.update(chunk, offset)
    },
    end() {
      return {
        blake3: blake3.digest('hex').toUpperCase(),
        ...(autoV3 && { autov3: autoV3.end().slice(0, 12) }),
      }
    },
  }
}

const maxHeaderBytes = 100 * 1024 * 1024

/** Where the tensors of a safetensors file begin; undefined when its first bytes cannot be a header's length. */
export function safetensorsDataOffset(first: Uint8Array, sizeBytes: number): number | undefined {
  if (first.length < 8) return undefined
  const headerBytes = Buffer.from(first.buffer, first.byteOffset, 8).readBigUInt64LE()
  if (headerBytes < 2n || headerBytes > BigInt(maxHeaderBytes)) return undefined
  const offset = 8 + Number(headerBytes)
  return offset <= sizeBytes ? offset : undefined
}

const autoV1Start = 1024 * 1024
const autoV1Bytes = 64 * 1024
const minAutoV1FileBytes = 2 * 1024 * 1024

/** SHA-256 of the bytes from `start` up to `end` of a file. */
function windowHash(start: number, end: number) {
  const hash = createHash('sha256')
  return {
    update(chunk: Uint8Array, offset: number) {
      const from = Math.max(start - offset, 0)
      const to = Math.min(end - offset, chunk.length)
      if (from < to) hash.update(chunk.subarray(from, to))
    },
    end: () => hex(hash),
  }
}

const hex = (hash: Hash) => hash.digest('hex').toUpperCase()
const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
