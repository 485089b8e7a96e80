import { createHash, type Hash } from 'node:crypto'
import { Blake3Hasher } from '@napi-rs/blake-hash'
import { crc32 } from '@node-rs/crc32'

/** The six hashes of a file in the format of the site API: upper-case hexadecimal, absent if a kind does not apply. */
export interface FileHashes {
  sha256: string
  /** First 8 digits of the SHA-256 of the 64 KiB at offset 1 MiB. Only for files of at least 2 MiB. */
  autov1?: string
  /** First 10 digits of the SHA-256 of the file. */
  autov2: string
  /** First 12 digits of the SHA-256 of the bytes after a safetensors header. */
  autov3?: string
  blake3: string
  /** IEEE polynomial, with its bytes in reverse order. */
  crc32: string
}

/**
 * One of two parts of the hashes. The parts take about the same time, so two threads can share a large file. `update`
 * takes the bytes of the file in order, each chunk with its offset.
 */
export interface Digest {
  update(chunk: Uint8Array, offset: number): void
  end(sizeBytes: number): Partial<FileHashes>
}

/** Computes SHA256, AutoV1, AutoV2 and CRC32. */
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

/** Computes BLAKE3, and AutoV3 if the file has a safetensors header, which ends at `dataOffset`. */
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

/** Maximum size of a safetensors header, in bytes. */
const maxHeaderBytes = 100 * 1024 * 1024

/** Returns the offset of the tensors in a safetensors file; undefined if the first bytes are no valid header length. */
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

/** Computes the SHA-256 of the bytes of a file from `start` up to, but not including, `end`. */
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
