import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { ByteSource } from '../headers/byte-source.ts'
import { UnreadableHeader } from '../headers/unreadable-header.ts'
import { readMp4Size } from './mp4-size.ts'
import { greyBlurHash, probeImage } from './probe-image.ts'
import { readWebmSize } from './webm-size.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'video-'))
})
after(() => rm(folder, { recursive: true }))

test('an MP4 has the size of its picture track', async () => {
  assert.deepEqual(await mp4Size(movie([track({ width: 1280, height: 720 })])), { width: 1280, height: 720 })
})

test('a track that is turned by a quarter has its sides exchanged', async () => {
  const size = { width: 1280, height: 720 }
  assert.deepEqual(await mp4Size(movie([track({ ...size, matrix: quarterTurn })])), { width: 720, height: 1280 })
  assert.deepEqual(await mp4Size(movie([track({ ...size, matrix: halfTurn })])), size)
})

test('sound and subtitles, whose tracks come first, have no say', async () => {
  const tracks = [
    track({ width: 0, height: 0, handler: 'soun' }),
    track({ width: 400, height: 60, handler: 'sbtl' }),
    track({ width: 64, height: 48 }),
  ]
  assert.deepEqual(await mp4Size(movie(tracks)), { width: 64, height: 48 })
  assert.equal(await mp4Size(movie(tracks.slice(0, 2))), undefined)
})

test('both versions of the track header are read', async () => {
  const tracks = [track({ width: 64, height: 48, version: 1, matrix: quarterTurn })]
  assert.deepEqual(await mp4Size(movie(tracks)), { width: 48, height: 64 })
})

test('pictures before the tracks are jumped over, in boxes of 32 and of 64 bits', async () => {
  const tracks = box('moov', track({ width: 64, height: 48 }))
  const pictures = Buffer.alloc(500_000)
  const long = Buffer.concat([Buffer.from('\0\0\0\x01mdat', 'latin1'), uint64(16n + 500_000n), pictures])
  for (const before of [box('mdat', pictures), long]) {
    const file = Buffer.concat([ftyp, before, tracks])
    const { source, bytesRead } = counted(file)
    assert.deepEqual(await readMp4Size(source, file.length), { width: 64, height: 48 })
    assert.ok(bytesRead() < 1000, `${bytesRead()} bytes were read`)
  }
})

test('a movie box may have a size of 64 bits itself', async () => {
  const content = track({ width: 64, height: 48 })
  const long = Buffer.concat([Buffer.from('\0\0\0\x01moov', 'latin1'), uint64(BigInt(16 + content.length)), content])
  assert.deepEqual(await mp4Size(Buffer.concat([ftyp, long])), { width: 64, height: 48 })
})

test('hostile boxes end in no size, soon', async () => {
  const tracks = box('moov', track({ width: 64, height: 48 }))
  const hostile = {
    'a size below its own head': Buffer.from('\0\0\0\x04', 'latin1'),
    'a 64-bit size below its own head': Buffer.concat([Buffer.from('\0\0\0\x01mdat', 'latin1'), uint64(3n)]),
    'a 64-bit size beyond everything': Buffer.concat([Buffer.from('\0\0\0\x01mdat', 'latin1'), uint64(2n ** 64n - 1n)]),
    'a box up to the end': Buffer.from('\0\0\0\0mdat', 'latin1'),
    'boxes without end': Buffer.concat(Array.from({ length: 20_000 }, () => box('free', Buffer.alloc(0)))),
  }
  for (const [name, before] of Object.entries(hostile)) {
    assert.equal(await mp4Size(Buffer.concat([ftyp, before, tracks])), undefined, name)
  }
  let nested: Buffer = Buffer.from(tracks)
  for (let depth = 0; depth < 5000; depth++) nested = box('moov', nested)
  assert.equal(await mp4Size(Buffer.concat([ftyp, nested])), undefined)
})

test('a WebM has the size of its picture track', async () => {
  const sized = webm(videoTrack({ pixelWidth: 640, pixelHeight: 360 }))
  assert.deepEqual(await webmSize(sized), { width: 640, height: 360 })
  const unknown = Buffer.from([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
  const streamed = webm(videoTrack({ pixelWidth: 640, pixelHeight: 360 }), unknown)
  assert.deepEqual(await webmSize(streamed), { width: 640, height: 360 })
})

test('a WebM that is shown in another size has that one, unless it is only a ratio', async () => {
  const size = { pixelWidth: 720, pixelHeight: 576, displayWidth: 1024, displayHeight: 576 }
  assert.deepEqual(await webmSize(webm(videoTrack(size))), { width: 1024, height: 576 })
  const ratio = { ...size, displayWidth: 16, displayHeight: 9, displayUnit: 3 }
  assert.deepEqual(await webmSize(webm(videoTrack(ratio))), { width: 720, height: 576 })
})

test('a WebM whose pictures come before its tracks has none', async () => {
  const cluster = element('1f43b675', Buffer.alloc(50))
  assert.equal(await webmSize(webm(Buffer.concat([cluster, videoTrack({ pixelWidth: 9, pixelHeight: 9 })]))), undefined)
})

test('videos are told by their bytes and have a grey hash', async () => {
  const videos = {
    'video/mp4': movie([track({ width: 64, height: 48 })]),
    'video/webm': webm(videoTrack({ pixelWidth: 64, pixelHeight: 48 })),
  }
  for (const [mime, bytes] of Object.entries(videos)) {
    await writeFile(join(folder, 'x.png'), bytes)
    assert.deepEqual(await probeImage(join(folder, 'x.png')), {
      type: 'video',
      mime,
      width: 64,
      height: 48,
      blurHash: greyBlurHash,
      sizeBytes: bytes.length,
      meta: undefined,
      modelHashes: [],
      problems: [],
      tokens: [],
    })
  }
})

test('a video that is cut off before its size is refused, as an image is', async () => {
  const whole = movie([track({ width: 64, height: 48 })])
  const path = join(folder, 'cut.mp4')
  for (const length of [16, 40, 100, whole.length - 95]) {
    await writeFile(path, whole.subarray(0, length))
    await assert.rejects(probeImage(path), { name: 'UnreadableImage', message: /cut off/ })
  }
})

test('whatever is cut off or scrambled has a size, none, or a header that cannot be read', async () => {
  const readers = [
    { read: readMp4Size, whole: movie([track({ width: 64, height: 48 }), track({ width: 9, height: 9 })]) },
    { read: readWebmSize, whole: webm(videoTrack({ pixelWidth: 64, pixelHeight: 48, displayUnit: 0 })) },
  ]
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...readers), fc.nat(), damage, async ({ read, whole }, cut, changes) => {
      const bytes = Buffer.from(whole)
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      const file = bytes.subarray(0, cut % (bytes.length + 1))
      try {
        const size = await read(counted(file).source, whole.length)
        if (size !== undefined) assert.ok(size.width > 0 && size.height > 0)
      } catch (error) {
        if (!(error instanceof UnreadableHeader)) throw error
      }
    }),
    { numRuns: 1000 },
  )
})

const mp4Size = (file: Buffer) => readMp4Size(counted(file).source, file.length)
const webmSize = (file: Buffer) => readWebmSize(counted(file).source, file.length)

function counted(file: Buffer): { source: ByteSource; bytesRead: () => number } {
  let total = 0
  const source: ByteSource = {
    async read(buffer, offset, length, position) {
      const bytesRead = position < file.length ? file.copy(buffer, offset, position, position + length) : 0
      total += bytesRead
      return { bytesRead }
    },
  }
  return { source, bytesRead: () => total }
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

const ftyp = box('ftyp', Buffer.from('isom\0\0\x02\0isomavc1', 'latin1'))
const movie = (tracks: Buffer[]) =>
  Buffer.concat([ftyp, box('moov', box('mvhd', Buffer.alloc(100)), ...tracks), box('mdat', Buffer.alloc(64))])

/** Rows of the matrix, in 16.16 fixed point but for the last column. */
const upright = [65536, 0, 0, 0, 65536, 0, 0, 0, 0x40000000]
const quarterTurn = [0, 65536, 0, -65536, 0, 0, 720 * 65536, 0, 0x40000000]
const halfTurn = [-65536, 0, 0, 0, -65536, 0, 0, 0, 0x40000000]

function track({
  width,
  height,
  handler = 'vide',
  matrix = upright,
  version = 0,
}: {
  width: number
  height: number
  handler?: string
  matrix?: number[]
  version?: 0 | 1
}): Buffer {
  const header = Buffer.alloc(version === 1 ? 96 : 84)
  header[0] = version
  const matrixAt = header.length - 44
  for (const [index, value] of matrix.entries()) header.writeInt32BE(value, matrixAt + 4 * index)
  header.writeUInt32BE(width * 65536, header.length - 8)
  header.writeUInt32BE(height * 65536, header.length - 4)
  const media = box(
    'mdia',
    box('mdhd', Buffer.alloc(24)),
    box('hdlr', Buffer.alloc(8), Buffer.from(handler), Buffer.alloc(13)),
  )
  return box('trak', box('tkhd', header), media)
}

/** An EBML element; its size takes four bytes unless another is given. */
function element(id: string, content: Buffer, size?: Buffer): Buffer {
  const ownSize = Buffer.alloc(4)
  ownSize.writeUInt32BE(0x10000000 + content.length)
  return Buffer.concat([Buffer.from(id, 'hex'), size ?? ownSize, content])
}

function webm(content: Buffer, segmentSize?: Buffer): Buffer {
  const docType = element('1a45dfa3', element('4282', Buffer.from('webm')))
  return Buffer.concat([
    docType,
    element('18538067', Buffer.concat([element('ec', Buffer.alloc(30)), content]), segmentSize),
  ])
}

const videoIds = {
  pixelWidth: 'b0',
  pixelHeight: 'ba',
  displayWidth: '54b0',
  displayHeight: '54ba',
  displayUnit: '54b2',
}

function videoTrack(numbers: Partial<Record<keyof typeof videoIds, number>>): Buffer {
  const fields = Object.entries(videoIds).flatMap(([name, id]) => {
    const value = numbers[name as keyof typeof videoIds] // its own keys
    if (value === undefined) return []
    const bytes = Buffer.alloc(2)
    bytes.writeUInt16BE(value)
    return [element(id, bytes)]
  })
  const sound = element('ae', element('83', Buffer.from([2])))
  return element('1654ae6b', Buffer.concat([sound, element('ae', element('e0', Buffer.concat(fields)))]))
}
