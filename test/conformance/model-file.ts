import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { blake3 } from '@napi-rs/blake-hash'

/** A safetensors file of one tensor whose `numbers` (16 bits each) follow from the seed. */
export function safetensors(seed: string, numbers: number): Buffer {
  const data = Buffer.alloc(numbers * 2)
  for (let at = 0, block = 0; at < data.length; at += 32, block++)
    createHash('sha256').update(`${seed} ${block}`).digest().copy(data, at)
  const header = JSON.stringify({ weight: { dtype: 'F16', shape: [numbers], data_offsets: [0, data.length] } })
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, Buffer.from(header), data])
}

/** The hashes of a safetensors file by their definitions (contract §4), in the letters that answers have. */
export function hashesOf(bytes: Buffer): Record<'SHA256' | 'AutoV2' | 'AutoV3' | 'CRC32' | 'BLAKE3', string> & {
  AutoV1?: string
} {
  const mebibyte = 1024 * 1024
  const sha256 = digest(bytes)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32LE(crc32(bytes))
  return {
    SHA256: sha256,
    AutoV2: sha256.slice(0, 10),
    AutoV3: digest(bytes.subarray(8 + Number(bytes.readBigUInt64LE()))).slice(0, 12),
    CRC32: checksum.toString('hex').toUpperCase(),
    BLAKE3: blake3(bytes).toString('hex').toUpperCase(),
    ...(bytes.length >= 2 * mebibyte && { AutoV1: digest(bytes.subarray(mebibyte, mebibyte + 65_536)).slice(0, 8) }),
  }
}

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex').toUpperCase()
