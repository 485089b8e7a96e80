import type { HashKind } from '../../catalog/enums.ts'
import type { FileHashes } from '../hashing/digests.ts'

/** Returns hashes under the site's names, as the catalog stores them, without kinds that do not apply (contract §4). */
export const toNamedHashes = (hashes: FileHashes): Partial<Record<HashKind, string>> =>
  Object.fromEntries(
    Object.entries(names).flatMap(([key, kind]) => {
      const hash = hashes[key as keyof FileHashes]
      return hash === undefined ? [] : [[kind, hash]]
    }),
  )

/** Returns stored hashes under our names; undefined if a kind that every file has is missing. */
export function fromNamedHashes(named: Partial<Record<HashKind, string>>): FileHashes | undefined {
  const entries = Object.entries(names).flatMap(([key, kind]) => (named[kind] ? [[key, named[kind]]] : []))
  const hashes: Partial<FileHashes> = Object.fromEntries(entries)
  const { sha256, autov2, blake3, crc32 } = hashes
  return sha256 && autov2 && blake3 && crc32 ? { ...hashes, sha256, autov2, blake3, crc32 } : undefined
}

const names = {
  autov1: 'AutoV1',
  autov2: 'AutoV2',
  autov3: 'AutoV3',
  sha256: 'SHA256',
  crc32: 'CRC32',
  blake3: 'BLAKE3',
} as const satisfies Record<keyof FileHashes, HashKind>
