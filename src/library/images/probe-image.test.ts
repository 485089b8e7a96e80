import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import { decode, isBlurhashValid } from 'blurhash'
import fc from 'fast-check'
import sharp from 'sharp'
import { greyBlurHash, type ProbedImage, probeImage } from './probe-image.ts'
import { UnreadableImage } from './unreadable-image.ts'

let folder = ''
let files = 0
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probe-'))
})
after(() => rm(folder, { recursive: true }))

async function probe(bytes: Uint8Array, extension = 'png'): Promise<ProbedImage> {
  const path = join(folder, `${files++}.${extension}`)
  await writeFile(path, bytes)
  return probeImage(path)
}

const refused = (bytes: Uint8Array, reason: RegExp) =>
  assert.rejects(probe(bytes), { name: 'UnreadableImage', message: reason })

const canvas = (width: number, height: number, background = '#c04020') =>
  sharp({ create: { width, height, channels: 3, background } })

test('each format that previews have is told by its bytes, whatever the name says', async () => {
  const image = canvas(30, 20)
  const cases = {
    png: image.clone().png(),
    jpeg: image.clone().jpeg(),
    webp: image.clone().webp(),
    gif: image.clone().gif(),
    avif: image.clone().avif(),
  }
  for (const [format, encoder] of Object.entries(cases)) {
    const bytes = await encoder.toBuffer()
    const { blurHash, ...probed } = await probe(bytes, 'txt')
    const plain = { type: 'image', mime: `image/${format}`, width: 30, height: 20, sizeBytes: bytes.length }
    assert.deepEqual(probed, { ...plain, meta: undefined, modelHashes: [], tokens: [], problems: [] })
    const [red = 0, green = 0, blue = 0] = decode(blurHash, 1, 1)
    assert.ok(red > 150 && green < 110 && blue < 90, `${format} keeps its colour: ${red} ${green} ${blue}`)
  }
})

test('the size is the one that is shown: orientation turns it', async () => {
  const turned = await canvas(30, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const { width, height } = await probe(turned)
  assert.deepEqual([width, height], [20, 30])
  const avif = await canvas(30, 20).withMetadata({ orientation: 6 }).avif().toBuffer()
  const shown = await sharp(avif).autoOrient().toBuffer({ resolveWithObject: true })
  const probed = await probe(avif)
  assert.deepEqual([probed.width, probed.height], [shown.info.width, shown.info.height])
})

test('the BlurHash is of the picture as it is shown', async () => {
  const lower = await canvas(40, 20, '#fff').png().toBuffer()
  const halves = canvas(40, 40, '#000').composite([{ input: lower, top: 20, left: 0 }])
  const turned = await halves.withMetadata({ orientation: 3 }).jpeg().toBuffer() // by half: white comes to the top
  const pixels = decode((await probe(turned)).blurHash, 1, 8)
  const [top = 0, bottom = 0] = [pixels[0], pixels[7 * 4]]
  assert.ok(top > bottom + 100, `from ${top} to ${bottom}`)
})

test('an animation has the size of one frame', async () => {
  const frames = [canvas(12, 10, '#000'), canvas(12, 10, '#fff')].map((frame) => frame.png().toBuffer())
  const strip = await sharp(await Promise.all(frames), { join: { animated: true } })
  for (const bytes of [await strip.clone().gif().toBuffer(), await strip.clone().webp().toBuffer()]) {
    const { width, height } = await probe(bytes)
    assert.deepEqual([width, height], [12, 10])
  }
})

test('the longer side gets four components of the BlurHash, the other three', async () => {
  const components = (hash: string) => hash.charAt(0)
  assert.equal(components((await probe(await canvas(40, 20).png().toBuffer())).blurHash), 'L') // 3 + 2 * 9 = 21
  assert.equal(components((await probe(await canvas(20, 40).png().toBuffer())).blurHash), 'T') // 2 + 3 * 9 = 29
})

test('odd pixels are read: one pixel, 16 bits, grey, CMYK, transparent', async () => {
  const square = canvas(8, 8)
  const odd = [
    canvas(1, 1).png(),
    canvas(3000, 1).png(),
    square.clone().toColourspace('rgb16').png(),
    square.clone().greyscale().png(),
    square.clone().toColourspace('cmyk').jpeg(),
    square.clone().ensureAlpha(0.2).webp(),
    square.clone().png({ palette: true }),
  ]
  for (const image of odd) {
    const { blurHash } = await probe(await image.toBuffer())
    assert.ok(isBlurhashValid(blurHash).result)
  }
})

test('a PNG tells how it was made, and which models that took', async () => {
  const text =
    'a lantern\nNegative prompt: fog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Model hash: 0123abcdef, Lora hashes: "ink: 0a0b0c0d0e0f"'
  const { meta, modelHashes } = await probe(withText(await canvas(8, 8).png().toBuffer(), `parameters\0${text}`))
  assert.deepEqual([meta?.prompt, meta?.negativePrompt, meta?.steps], ['a lantern', 'fog', 20])
  assert.deepEqual(new Set(modelHashes), new Set(['0123ABCDEF', '0A0B0C0D0E0F']))
})

test('a JPEG tells the same in its comment', async () => {
  const text = 'a boat\nSteps: 8, Sampler: DDIM, Seed: 1'
  const bytes = await canvas(8, 8)
    .withExif({ IFD2: { UserComment: text } })
    .jpeg()
    .toBuffer()
  assert.equal((await probe(bytes)).meta?.prompt, 'a boat')
})

test('what is no image is refused, with a reason', async () => {
  await refused(Buffer.alloc(0), /it is empty/)
  await refused(Buffer.from('masterpiece, best quality'), /of no format that is known/)
  await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /of no format/)
  await refused(Buffer.from('\x89PNG\r\n\x1a\n and then a text', 'latin1'), /cannot be decoded/)
  const tiff = await canvas(8, 8).tiff().toBuffer()
  await refused(tiff, /of no format that is known/)
})

test('what cannot be opened is refused, with a reason', async () => {
  const reasonFor = (name: string, reason: RegExp) =>
    assert.rejects(probeImage(join(folder, name)), { name: 'UnreadableImage', message: reason })
  await reasonFor('nowhere.png', /not there/)
  await symlink('circle.png', join(folder, 'circle.png'))
  await reasonFor('circle.png', /circle/)
  await reasonFor('', /it is no file/)
  await promisify(execFile)('mkfifo', [join(folder, 'pipe.png')])
  await reasonFor('pipe.png', /it is no file/)
})

test('a link is read as what it leads to', async () => {
  const bytes = await canvas(9, 8).png().toBuffer()
  await writeFile(join(folder, 'there'), bytes)
  await symlink('there', join(folder, 'link.png'))
  const { width, sizeBytes } = await probeImage(join(folder, 'link.png'))
  assert.deepEqual([width, sizeBytes], [9, bytes.length])
})

test('more pixels than are ever shown are refused before one is decoded', async () => {
  const png = await canvas(4, 4).png().toBuffer()
  png.writeUInt32BE(60_000, 16)
  png.writeUInt32BE(60_000, 20)
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
  await refused(png, /3600 megapixels, more than the 100/)
  const jpeg = await canvas(4, 4).jpeg().toBuffer()
  jpeg.writeUInt32BE(0xffdcffdc, jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5) // both sides, 16 bits each
  await refused(jpeg, /4291 megapixels/)
})

test('a file that is too large is refused without being read', async () => {
  const path = join(folder, 'large.png')
  await writeFile(path, await canvas(4, 4).png().toBuffer())
  await truncate(path, 300 * 1024 * 1024) // sparse: takes no room
  await assert.rejects(probeImage(path), /larger than 256 MiB/)
})

test('an image that is cut off counts as far as it goes, one without its header does not', async () => {
  const noise = await sharp({
    create: {
      width: 64,
      height: 64,
      channels: 3,
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
      background: '#000',
    },
  })
    .png()
    .toBuffer()
  const { width } = await probe(noise.subarray(0, noise.length / 2))
  assert.equal(width, 64)
  await refused(noise.subarray(0, 20), /cannot be decoded/)
})

test('whatever is cut off or scrambled is refused or read, and nothing else happens', async () => {
  const whole = await Promise.all([
    canvas(33, 17)
      .png()
      .toBuffer()
      .then((png) => withText(png, 'parameters\0x\nSteps: 1, Model hash: 00112233')),
    canvas(33, 17)
      .withExif({ IFD2: { UserComment: 'x\nSteps: 1' } })
      .jpeg()
      .toBuffer(),
    canvas(33, 17).webp().toBuffer(),
    canvas(33, 17).gif().toBuffer(),
    canvas(33, 17).avif().toBuffer(),
  ])
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...whole),
      fc.double({ min: 0, max: 1, noNaN: true }),
      damage,
      async (image, part, changes) => {
        const bytes = Buffer.from(image.subarray(0, Math.ceil(image.length * part)))
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value
        await refusedOrRead(bytes)
      },
    ),
    { numRuns: 300 },
  )
})

test('random bytes behind any magic number are refused or read, and nothing else happens', async () => {
  const magic = [
    '\x89PNG\r\n\x1a\n',
    '\xff\xd8\xff',
    'GIF89a',
    'RIFF\x20\0\0\0WEBPVP8 ',
    '\0\0\0\x10ftypavif',
    '\0\0\0\x10ftypmp42',
    '\x1a\x45\xdf\xa3',
    '',
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...magic), fc.uint8Array({ maxLength: 300 }), async (start, rest) => {
      await refusedOrRead(Buffer.concat([Buffer.from(start, 'latin1'), rest]))
    }),
    { numRuns: 300 },
  )
})

test('the hash of a video is mid grey', () => {
  assert.ok(isBlurhashValid(greyBlurHash).result)
  assert.deepEqual([...decode(greyBlurHash, 1, 1)], [128, 128, 128, 255])
})

async function refusedOrRead(bytes: Uint8Array) {
  try {
    const { width, height, blurHash } = await probe(bytes)
    assert.ok(width > 0 && height > 0 && isBlurhashValid(blurHash).result)
  } catch (error) {
    if (!(error instanceof UnreadableImage)) throw error
  }
}

/** The PNG with a `tEXt` chunk before its end. */
function withText(png: Buffer, text: string): Buffer {
  const chunk = Buffer.alloc(12 + text.length)
  chunk.writeUInt32BE(text.length)
  chunk.write(`tEXt${text}`, 4, 'latin1')
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4)
  return Buffer.concat([png.subarray(0, -12), chunk, png.subarray(-12)])
}
