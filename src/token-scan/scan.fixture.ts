import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { createTokenText, type TokenKind } from '../auth/tokens/token-format.ts'
import type { DecompressionLimits } from './decompression-limit.ts'
import { scanForTokens } from './scan-for-tokens.ts'
import type { TokenFinding } from './scan-listener.ts'

export const createToken = (kind?: TokenKind): string => createTokenText(randomBytes, kind)

/** Changes one character of a token: it keeps the shape and has a wrong checksum. */
export const corruptToken = (token: string): string =>
  token.slice(0, 20) + (token[20] === 'a' ? 'b' : 'a') + token.slice(21)

type Files = Record<string, string | Uint8Array>

/** Runs `work` with a temporary directory of these files. */
export async function withFiles<Result>(files: Files, work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'modelkeep-token-scan-'))
  try {
    writeFiles(directory, files)
    return await work(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

export function writeFiles(directory: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
}

interface ScanOptions {
  stdin?: Uint8Array
  withHistory?: boolean
  environment?: NodeJS.ProcessEnv
  limits?: DecompressionLimits
}

/** Scans one directory. Returned paths are relative to it. */
export async function scan(
  directory: string,
  { stdin = Buffer.alloc(0), ...options }: ScanOptions = {},
  paths = ['.'],
) {
  const findings: TokenFinding[] = []
  const problems: { path: string; reason: string }[] = []
  let readBytes = 0
  const short = (path: string) => path.replace(directory, '').replace(/^\//, '')
  const totals = await scanForTokens(
    paths.map((path) => (path === '-' ? path : join(directory, path))),
    {
      onFinding: (finding) => void findings.push({ ...finding, path: short(finding.path) }),
      onProblem: (path, reason) => void problems.push({ path: short(path), reason }),
      onRead(path, bytes) {
        assert.ok(bytes > 0, path)
        readBytes += bytes
      },
    },
    {
      stdin: (async function* () {
        // Chunks that split every token.
        for (let at = 0; at < stdin.length; at += 7) yield Buffer.from(stdin.subarray(at, at + 7))
      })(),
      withHistory: false,
      environment: process.env,
      ...options,
    },
  )
  return { findings, problems, totals, readBytes, places: findings.map(({ path, line }) => `${path}:${line}`) }
}

interface ZipMember {
  name: string
  content: Uint8Array
  stored?: boolean
  /** Header fields to write, even if they are wrong. */
  flags?: number
  method?: number
}

/** Creates a zip archive (APPNOTE 4.3) with any names and header fields. */
export function zip(members: readonly ZipMember[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, stored = false, flags = 0, method = stored ? 0 : 8 } of members) {
    const packed = stored ? Buffer.from(content) : deflateRawSync(content)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(flags, 2)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt32LE(crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(content.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, Buffer.from(name))
    parts.push(local)
    offset += local.length
  }
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(members.length, 8)
  end.writeUInt16LE(members.length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}
