import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { blake3 } from '@napi-rs/blake-hash'
import { type Hasher, openHasher } from './hasher.ts'

let directory: string
let hasher: Hasher
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modelkeep-hash-'))
  hasher = openHasher({ threads: 2 })
})
after(async () => {
  await hasher.close()
  await rm(directory, { recursive: true })
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').toUpperCase()
const kibibyte = 1024
const mebibyte = 1024 * kibibyte

async function hashOf(name: string, bytes: Uint8Array) {
  const path = join(directory, name)
  await writeFile(path, bytes)
  return hasher.hash(path)
}

function safetensors(data: Uint8Array, metadata: object = {}): Buffer {
  const header = Buffer.from(
    JSON.stringify({
      __metadata__: metadata,
      t: { dtype: 'U8', shape: [data.length], data_offsets: [0, data.length] },
    }),
  )
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([length, header, data])
}

test('the hashes of `hello world` are the known ones', async () => {
  assert.deepEqual(await hashOf('hello.bin', Buffer.from('hello world')), {
    sha256: 'B94D27B9934D3E08A52E52D7DA7DABFAC484EFE37A5380EE9088F7ACE2EFCDE9',
    autov2: 'B94D27B993',
    blake3: 'D74981EFA70A0C880B8D8C1985D075DBCBF679B99A5F9914E5AAF96B831A9E24',
    crc32: '85114A0D',
    sizeBytes: 11,
  })
})

test('files of every size have the same hashes as their bytes in memory, on one thread and on two', async () => {
  for (const size of [0, 1, 7, 8, mebibyte - 1, mebibyte, mebibyte + 1, 16 * mebibyte - 100, 17 * mebibyte + 3]) {
    const data = randomBytes(size)
    const bytes = safetensors(data)
    const checksum = Buffer.alloc(4)
    checksum.writeUInt32LE(crc32(bytes))
    const hashes = await hashOf('sized.safetensors', bytes)
    assert.equal(hashes.sha256, sha256(bytes), `${size}`)
    assert.equal(hashes.autov2, sha256(bytes).slice(0, 10))
    assert.equal(hashes.autov3, sha256(data).slice(0, 12))
    assert.equal(hashes.blake3, blake3(bytes).toString('hex').toUpperCase())
    assert.equal(hashes.crc32, checksum.toString('hex').toUpperCase())
    assert.equal(hashes.sizeBytes, bytes.length)
    const window = bytes.subarray(mebibyte, mebibyte + 64 * kibibyte)
    assert.equal(hashes.autov1, bytes.length >= 2 * mebibyte ? sha256(window).slice(0, 8) : undefined)
  }
})

test('AutoV1 exists for files from 2 MiB', async () => {
  assert.ok((await hashOf('two.bin', Buffer.alloc(2 * mebibyte))).autov1)
  assert.equal((await hashOf('less.bin', Buffer.alloc(2 * mebibyte - 1))).autov1, undefined)
})

test('changing the header keeps AutoV3 and changes SHA256', async () => {
  const data = randomBytes(5000)
  const one = await hashOf('one.safetensors', safetensors(data))
  const other = await hashOf('other.safetensors', safetensors(data, { title: 'edited' }))
  assert.equal(one.autov3, other.autov3)
  assert.notEqual(one.sha256, other.sha256)
})

test('AutoV3 exists only for safetensors files with a possible header', async () => {
  assert.equal((await hashOf('model.ckpt', safetensors(randomBytes(10)))).autov3, undefined)
  assert.equal((await hashOf('huge.safetensors', Buffer.alloc(100, 0xff))).autov3, undefined)
  assert.equal((await hashOf('short.safetensors', Buffer.from('abc'))).autov3, undefined)
})

test('a missing file fails with the system’s error code, and the threads keep working', async () => {
  await assert.rejects(hasher.hash(join(directory, 'missing')), { name: 'HashingError', code: 'ENOENT' })
  assert.equal((await hashOf('next.bin', Buffer.from('x'))).sizeBytes, 1)
})

test('a file that grows or shrinks while it is read fails, on one thread and on two', async () => {
  for (const [name, size] of [
    ['growing.bin', 12 * mebibyte],
    ['growing.safetensors', 400 * mebibyte],
  ] as const) {
    const path = join(directory, name)
    await writeFile(path, '')
    await truncate(path, size)
    const hashing = hasher.hash(path)
    const change = setInterval(() => void appendFile(path, 'x'), 1)
    try {
      await assert.rejects(hashing, { name: 'HashingError', code: 'ECHANGED' })
    } finally {
      clearInterval(change)
    }
    await rm(path, { force: true })
  }
})

test('aborting stops the work on a large file at once, and the threads are replaced', async () => {
  const path = join(directory, 'large.bin')
  await writeFile(path, '')
  await truncate(path, 4 * 1024 * mebibyte)
  const controller = new AbortController()
  const hashing = hasher.hash(path, { signal: controller.signal, onProgress: () => controller.abort() })
  await assert.rejects(hashing, { name: 'HashingError', code: 'EABORTED' })
  assert.equal((await hashOf('after.bin', Buffer.from('x'))).sizeBytes, 1)
})

test('many concurrent files are all hashed, whatever the number of threads', async () => {
  const sizes = Array.from({ length: 60 }, (_, index) => index * 1000)
  const hashed = await Promise.all(sizes.map((size) => hashOf(`many-${size}`, Buffer.alloc(size, 1))))
  assert.deepEqual(
    hashed.map((hashes) => hashes.sizeBytes),
    sizes,
  )
})
