import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openHasher } from '../src/library/hashing/hasher.ts'
import type { Finding } from './report.ts'

const fileBytes = 2 * 1024 ** 3
const rounds = 5
const threads = 2

/**
 * All six hashes of one large file that lies in the page cache, against openssl's SHA-256 alone, in turns; medians.
 * The file is made in `directory` and removed.
 */
export async function measureImport(directory: string): Promise<Finding> {
  const path = join(directory, 'large.safetensors')
  const hasher = openHasher({ threads })
  try {
    await writeModel(path)
    const rates = { hub: [] as number[], openssl: [] as number[] }
    for (let round = -1; round < rounds; round++) {
      const ours = performance.now()
      const { sha256, sizeBytes } = await hasher.hash(path)
      const theirs = performance.now()
      const printed = execFileSync('openssl', ['dgst', '-sha256', path], { encoding: 'utf8' })
      const end = performance.now()
      if (!printed.trim().toUpperCase().endsWith(sha256)) throw new Error('the hashes differ')
      // The first round warms up.
      if (round < 0) continue
      rates.hub.push(sizeBytes / 1000 / (theirs - ours))
      rates.openssl.push(sizeBytes / 1000 / (end - theirs))
    }
    return {
      name: `import: six hashes of a warm file of 2 GiB, ${threads} threads, against openssl's SHA-256`,
      unit: 'MB/s',
      hub: median(rates.hub),
      reference: median(rates.openssl),
      target: { ratio: 0.7 },
    }
  } finally {
    await hasher.close()
    await rm(path, { force: true })
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
