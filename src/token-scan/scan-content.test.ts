import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import sharp from 'sharp'
import { create } from 'tar'
import { corruptToken, createToken, scan, withFiles, writeFiles, zip } from './scan.fixture.ts'

const token = createToken()
const text = `first\nsecond ${token}\n`

/** Creates a tar archive of these files. */
const tar = (files: Record<string, string | Uint8Array>, gzip = false): Promise<Buffer> =>
  withFiles(files, async (directory) => {
    const file = join(directory, '.made.tar')
    await create({ file, cwd: directory, gzip, portable: true }, Object.keys(files))
    return readFileSync(file)
  })

test('files are searched in name order, including hidden ones; tokens with a wrong checksum are ignored', () =>
  withFiles(
    { 'b/c.txt': text, 'b/a.txt': corruptToken(token), '.env': `KEY=${token}`, 'b/empty': '' },
    async (directory) => {
      const { places, problems, totals } = await scan(directory)
      assert.deepEqual([places, problems, totals.files], [['.env:1', 'b/c.txt:2'], [], 4])
    },
  ))

test('a token deep in a large file is found at the right place, wherever chunks end', async () => {
  const line = `${'x'.repeat(1022)} \n`
  // Several windows long: the first token crosses a mebibyte, where a window can end.
  const large = `${line.repeat(1024).slice(0, -30)}\n${token}\n${line.repeat(3000)}${token} ${token}`
  await withFiles({ large, 'large.gz': gzipSync(large) }, async (directory) => {
    const { places, problems } = await scan(directory)
    const lines = [1025, 4026, 4026]
    const expected = ['large', 'large.gz'].flatMap((name) => lines.map((at) => `${name}:${at}`))
    assert.deepEqual([places, problems], [expected, []])
  })
})

test('archives are searched whatever their names are, also nested ones', async () => {
  const inner = await tar({ 'deep/note.txt': text, other: 'nothing' }, true)
  const archives = {
    'a.zip': zip([
      { name: 'plain.txt', content: Buffer.from(text), stored: true },
      { name: 'packed.txt', content: Buffer.from(text) },
      { name: 'in.tgz', content: inner },
    ]),
    'b.tar': await tar({ 'in.zip': zip([{ name: 'x', content: Buffer.from(text) }]), 'y.txt': text }),
    'c.tgz': inner,
    'd.log.gz': gzipSync(text),
    'e.zst': zstdCompressSync(await tar({ 'y.txt': text })),
    model: zip([{ name: 'data.pkl', content: Buffer.from(`\x80\x04\x8c1${token}\0`, 'latin1'), stored: true }]),
  }
  await withFiles(archives, async (directory) => {
    const { places, problems } = await scan(directory)
    assert.deepEqual(problems, [])
    assert.deepEqual(places, [
      'a.zip!plain.txt:2',
      'a.zip!packed.txt:2',
      'a.zip!in.tgz!deep/note.txt:2',
      'b.tar!in.zip!x:2',
      'b.tar!y.txt:2',
      'c.tgz!deep/note.txt:2',
      'd.log.gz:2',
      'e.zst!y.txt:2',
      'model!data.pkl:1',
    ])
    const { places: fromPipe } = await scan(directory, { stdin: archives['a.zip'] }, ['-'])
    assert.deepEqual(fromPipe, ['-!plain.txt:2', '-!packed.txt:2', '-!in.tgz!deep/note.txt:2'])
  })
})

test('binary files are searched: a model header, and texts of an image, compressed or not', async () => {
  const header = JSON.stringify({ __metadata__: { url: `https://hub/?token=${token}&x` } })
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const png = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const withChunk = (kind: string, data: string | Buffer) => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(data.length)
    head.write(kind, 4, 'latin1')
    return Buffer.concat([png.subarray(0, 33), head, Buffer.from(data), Buffer.alloc(4), png.subarray(33)])
  }
  const packed = deflateSync(`steps: 1\nsecond ${token}`)
  const files = {
    'a.safetensors': Buffer.concat([length, Buffer.from(header), Buffer.alloc(5000, 7)]),
    'b.png': withChunk('tEXt', `parameters\0${token}`),
    'c.png': withChunk('zTXt', Buffer.concat([Buffer.from('parameters\0\0'), packed])),
    'd.png': withChunk('iTXt', Buffer.concat([Buffer.from('parameters\0\x01\0en\0t\0'), packed])),
    'e.png': withChunk('zTXt', 'parameters\0\0this is not packed'),
  }
  await withFiles({ ...files, 'f.zip': zip([{ name: 'c.png', content: files['c.png'] }]) }, async (directory) => {
    const { findings, problems } = await scan(directory)
    const found = findings.map(({ path }) => path)
    assert.deepEqual(found, ['a.safetensors', 'b.png', 'c.png!zTXt', 'd.png!iTXt', 'f.zip!c.png!zTXt'])
    assert.deepEqual(problems, [])
  })
})

test('a token in a file name is found, on disk and in an archive', () =>
  withFiles(
    { [`x?token=${token}`]: 'a', 'a.zip': zip([{ name: `d/${token}.txt`, content: Buffer.from('a') }]) },
    async (directory) => {
      const { findings } = await scan(directory)
      assert.deepEqual(
        findings.map(({ part, line, lastFour }) => [part, line, lastFour]),
        Array(2).fill(['name', undefined, token.slice(-4)]),
      )
    },
  ))

test('an archive beyond the decompression limit is abandoned, and the files after it are searched', async () => {
  const zeros = Buffer.alloc(3_000_000)
  const layer = (content: Buffer) =>
    zip([
      { name: 'layer', content },
      { name: 'after', content: Buffer.from(text) },
    ])
  const bombs = {
    'a.gz': gzipSync(Buffer.concat([Buffer.from(text), zeros])),
    'b.zip': layer(zeros),
    'c.zip': layer(layer(layer(zeros))),
    'd.tgz': await tar({ zeros, after: text }, true),
    'e.txt': text,
  }
  await withFiles(bombs, async (directory) => {
    const { places, problems } = await scan(directory, { limits: { bytes: 100_000, ratio: 20 } })
    assert.deepEqual(places, ['a.gz:2', 'e.txt:2'])
    const reason = 'it decompresses to more than the limit; the rest was not searched'
    assert.deepEqual(
      problems,
      ['a.gz', 'b.zip', 'c.zip', 'd.tgz'].map((path) => ({ path, reason })),
    )
    // The default limits allow it.
    assert.equal((await scan(directory)).problems.length, 0)
  })
})

test('a large archive has a proportionally larger decompression limit', async () => {
  const noise = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7919) % 251))
  await withFiles({ 'a.gz': gzipSync(noise, { level: 0 }) }, async (directory) => {
    const { problems } = await scan(directory, { limits: { bytes: 0, ratio: 1 } })
    assert.deepEqual(problems, [])
  })
})

test('a truncated archive is reported and searched as far as it goes', async () => {
  const half = (bytes: Buffer) => bytes.subarray(0, bytes.length - 600)
  // Incompressible, so that truncation removes its end and never the text before it.
  const noise = createHash('shake256', { outputLength: 90_000 }).update('noise').digest()
  const members = [
    { name: 'a', content: Buffer.from(text), stored: true },
    { name: 'noise', content: noise, stored: true },
  ]
  const files = {
    'a.gz': half(gzipSync(Buffer.concat([Buffer.from(text), noise]), { level: 0 })),
    'b.zip': half(zip(members)),
    'c.tar': half(await tar({ a: text, noise })).subarray(0, -20_000),
    'd.tgz': half(await tar({ a: text, noise }, true)),
    'e.zst': half(zstdCompressSync(Buffer.concat([Buffer.from(text), noise]))),
    'f.txt': text,
  }
  await withFiles(files, async (directory) => {
    const { places, problems } = await scan(directory)
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['a.gz', 'b.zip', 'c.tar', 'd.tgz', 'e.zst'],
    )
    // Without its directory, the zip is searched as plain bytes, and its checksums can contain line feeds.
    const zipLine = files['b.zip'].subarray(0, files['b.zip'].indexOf(token)).toString('latin1').split('\n').length
    for (const place of ['a.gz:2', `b.zip:${zipLine}`, 'c.tar!a:2', 'd.tgz!a:2', 'f.txt:2'])
      assert.ok(places.includes(place), place)
  })
})

test('path traversal in names, encrypted entries and unknown compression methods do not stop the scan', async () => {
  const content = Buffer.from(text)
  const files = {
    'a.zip': zip([
      { name: '../../etc/passwd', content },
      { name: '/absolute', content },
      { name: 'secret', content, flags: 1 },
      { name: 'strange', content, method: 99 },
      { name: 'last', content },
    ]),
  }
  await withFiles(files, async (directory) => {
    const { places, problems } = await scan(directory)
    assert.deepEqual(places, ['a.zip!../../etc/passwd:2', 'a.zip!/absolute:2', 'a.zip!last:2'])
    assert.deepEqual(problems, [
      { path: 'a.zip!secret', reason: 'it is encrypted' },
      { path: 'a.zip!strange', reason: 'it is compressed with the unknown method 99' },
    ])
  })
})

test('archives are unpacked six levels deep', async () => {
  const nested = (depth: number): Buffer =>
    depth === 0 ? Buffer.from(text) : zip([{ name: `${depth}`, content: nested(depth - 1), stored: depth === 1 }])
  await withFiles({ six: nested(6), seven: nested(7) }, async (directory) => {
    const { places, problems } = await scan(directory)
    // The seventh is searched without unpacking, and its entry is stored uncompressed.
    assert.deepEqual(
      places,
      ['seven!7!6!5!4!3!2:4', 'six!6!5!4!3!2!1:2'].map((place) => place.replace(':4', places[0]?.slice(-2) ?? '')),
    )
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['seven!7!6!5!4!3!2'],
    )
  })
})

test('links are not followed, and unreadable files are reported', () =>
  withFiles({ 'in/a.txt': text, 'out/b.txt': text }, async (directory) => {
    symlinkSync('..', join(directory, 'in/loop'))
    symlinkSync('../out/b.txt', join(directory, 'in/file'))
    mkdirSync(join(directory, 'in/closed'))
    assert.deepEqual((await scan(directory, {}, ['in'])).places, ['in/a.txt:2'])
    // A link given as an argument is followed.
    assert.deepEqual((await scan(directory, {}, ['in/file'])).places, ['in/file:2'])
    const { places, problems } = await scan(directory, {}, ['in/none', 'out'])
    assert.deepEqual([places, problems], [['out/b.txt:2'], [{ path: 'in/none', reason: 'no such file or directory' }]])
    if (process.getuid?.() === 0) return
    writeFiles(directory, { 'in/shut': text })
    chmodSync(join(directory, 'in/shut'), 0)
    chmodSync(join(directory, 'in/closed'), 0)
    const shut = await scan(directory, {}, ['in'])
    chmodSync(join(directory, 'in/closed'), 0o700)
    assert.deepEqual(
      shut.problems.map(({ path, reason }) => [path, reason]),
      ['in/closed', 'in/shut'].map((path) => [path, 'permission denied']),
    )
  }))
