import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHasher } from '../src/library/hashing/hasher.ts'

export interface ImportRow {
  bytes: number
  threads: number
  /** Megabytes (10^6) a second: all six hashes here, `openssl dgst -sha256` on the same file there. */
  hub: number
  openssl: number
  ratio: number
  target: number
}

const fileBytes = 2 * 1024 ** 3
const rounds = 5
const threads = 2

/** All six hashes of one large file that lies in the page cache, against openssl's SHA-256 alone, in turns; medians. */
export async function measureImport(): Promise<ImportRow> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-bench-'))
  const path = join(directory, 'large.safetensors')
  const hasher = openHasher({ threads })
  try {
    await writeModel(path)
    const seconds = { hub: [] as number[], openssl: [] as number[] }
    for (let round = -1; round < rounds; round++) {
      const ours = performance.now()
      const { sha256, sizeBytes } = await hasher.hash(path)
      const theirs = performance.now()
      const printed = execFileSync('openssl', ['dgst', '-sha256', path], { encoding: 'utf8' })
      const end = performance.now()
      if (!printed.trim().toUpperCase().endsWith(sha256)) throw new Error('the hashes differ')
      // The first round warms up.
      if (round < 0) continue
      seconds.hub.push(sizeBytes / 1000 / (theirs - ours))
      seconds.openssl.push(sizeBytes / 1000 / (end - theirs))
    }
    const [hub, openssl] = [median(seconds.hub), median(seconds.openssl)]
    return { bytes: fileBytes, threads, hub, openssl, ratio: hub / openssl, target: 0.7 }
  } finally {
    await hasher.close()
    await rm(directory, { recursive: true })
  }
}

/** A well-formed header and bytes that no compression of the file system makes smaller. */
async function writeModel(path: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    const header = Buffer.from(JSON.stringify({ t: { dtype: 'U8', shape: [fileBytes], data_offsets: [0, fileBytes] } }))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(header.length))
    await file.write(Buffer.concat([length, header]))
    const block = randomBytes(1024 * 1024)
    for (let written = 0; written < fileBytes; written += block.length) {
      createHash('sha256').update(String(written)).digest().copy(block)
      await file.write(block)
    }
  } finally {
    await file.close()
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number

if (import.meta.main) console.log(await measureImport())
