import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openHasher } from '../src/library/hashing/hasher.ts'
import type { Finding } from './report.ts'
import { byTurns, type Effort, median } from './rounds.ts'

const fileBytes = 2 * 1024 ** 3
const threads = 2

/**
 * All six hashes of one large file that lies in the page cache, against openssl's SHA-256 alone, in turns; medians.
 * The file is made in `directory` and removed.
 */
export async function* measureImport(directory: string, { rounds }: Effort): AsyncGenerator<Finding> {
  const path = join(directory, 'large.safetensors')
  const hasher = openHasher({ threads })
  const found = new Set<string>()
  /** Bytes a second, in millions, of what gives the SHA-256 at least. */
  const rateOf = (hash: () => Promise<string> | string) => async () => {
    const started = performance.now()
    found.add((await hash()).toUpperCase())
    return fileBytes / 1000 / (performance.now() - started)
  }
  const sides = [
    rateOf(async () => (await hasher.hash(path)).sha256),
    rateOf(() => execFileSync('openssl', ['dgst', '-sha256', path], { encoding: 'utf8' }).trim().slice(-64)),
  ]
  try {
    await writeModel(path)
    // The first round warms up.
    await byTurns(1, sides)
    const [ours = [], theirs = []] = await byTurns(rounds, sides)
    if (found.size > 1) throw new Error('the hashes differ')
    yield {
      name: `six hashes of a warm file of 2 GiB, ${threads} threads, against openssl's SHA-256 alone`,
      unit: 'MB/s',
      hub: median(ours),
      reference: median(theirs),
      rounds,
      target: { ratio: 0.85 },
      against: execFileSync('openssl', ['version'], { encoding: 'utf8' }).split(' ').slice(0, 2).join(' '),
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
