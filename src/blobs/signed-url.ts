import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'

/** What the address of a file's bytes says: which file, and for whom it was made. */
export interface FileGrant {
  fileId: number
  /** 0 for an anonymous caller. */
  accountId: number
  /** The bearer token that it was asked for with, which it ends with; 0 where none was. */
  tokenId: number
  /** Unix seconds. */
  expiresAt: number
}

/** Makes and reads the addresses of bytes. They hold no bearer token, and nobody without the secret can make one. */
export interface SignedUrls {
  /**
   * Path of the bytes; it ends in the file's name, for tools that save under it. Without `expiresAt` it is good for at least
   * 24 hours, and the same whenever it is asked for within one.
   */
  pathOf(file: Omit<FileGrant, 'expiresAt'> & { name: string; expiresAt?: number }): string
  /** Unix seconds, so many from now. */
  expiryAfter(seconds: number): number
  /** What a token out of such a path says. */
  read(token: string): FileGrant | 'forged' | 'expired'
}

export function openSignedUrls({
  key,
  now = Date.now,
}: {
  /** Derived from the server secret for this purpose alone. */
  key: KeyObject
  now?: () => number
}): SignedUrls {
  return {
    pathOf({ fileId, accountId, tokenId, name, expiresAt = expiryAt(now()) }) {
      const token = signGrant(key, { fileId, accountId, tokenId, expiresAt })
      return `/files/${token}/${encodeURIComponent(name.toWellFormed())}`
    },
    expiryAfter: (seconds) => Math.ceil(now() / 1000) + seconds,
    read(token) {
      const grant = readGrant(key, token)
      if (!grant) return 'forged'
      return grant.expiresAt * 1000 > now() ? grant : 'expired'
    },
  }
}

/** The grant and its HMAC-SHA-256 as one base64url text. */
export function signGrant(key: KeyObject, grant: FileGrant): string {
  const payload = Buffer.alloc(payloadBytes)
  payload.writeUInt8(formatVersion, 0)
  payload.writeUInt32BE(grant.fileId, 1)
  payload.writeUInt32BE(grant.accountId, 5)
  payload.writeUInt32BE(grant.tokenId, 9)
  payload.writeUInt32BE(grant.expiresAt, 13)
  return Buffer.concat([payload, sign(key, payload)]).toString('base64url')
}

/** Undefined for what this key did not sign. Whether it has expired is for the caller to see. */
export function readGrant(key: KeyObject, token: string): FileGrant | undefined {
  const bytes = Buffer.from(token, 'base64url')
  // The decoder skips what it does not know; only the one spelling of a token is taken.
  if (bytes.length !== payloadBytes + signatureBytes || bytes.toString('base64url') !== token) return undefined
  const payload = bytes.subarray(0, payloadBytes)
  if (!timingSafeEqual(bytes.subarray(payloadBytes), sign(key, payload))) return undefined
  if (payload.readUInt8(0) !== formatVersion) return undefined
  const [fileId, accountId, tokenId, expiresAt] = [1, 5, 9, 13].map((at) => payload.readUInt32BE(at)) as Four
  return { fileId, accountId, tokenId, expiresAt }
}

type Four = [number, number, number, number]

const formatVersion = 2
const payloadBytes = 17
const signatureBytes = 32
const hourSeconds = 3600
const validHours = 24

const sign = (key: KeyObject, payload: Buffer): Buffer => createHmac('sha256', key).update(payload).digest()

/** On the full hour, so that HEAD and GET, and two asks in a row, name the same address. */
const expiryAt = (nowMs: number): number => (Math.ceil(nowMs / 1000 / hourSeconds) + validHours) * hourSeconds
