import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { createTokenText } from '../../auth/tokens/token-format.ts'
import { withText } from '../../sample-library/png.ts'
import { videoTitled, withComment, withPackedText, withPackedXmp, withUserComment } from './images-with-text.fixture.ts'
import { probeImage } from './probe-image.ts'

const token = createTokenText(randomBytes)
const pixel = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modelkeep-image-tokens-'))
})
after(() => rm(directory, { recursive: true }))

async function probed(bytes: Buffer) {
  const path = join(directory, 'image')
  await writeFile(path, bytes)
  return probeImage(path)
}

test('a token is found in every place that an image has for text', async () => {
  const [png, jpeg, webp, gif, avif] = await Promise.all(
    (['png', 'jpeg', 'webp', 'gif', 'avif'] as const).map((format) => pixel.clone().toFormat(format).toBuffer()),
  )
  assert.ok(png && jpeg && webp && gif && avif)
  const text = `a key ${token}, by accident`
  const exif = (format: 'webp' | 'avif') =>
    pixel
      .clone()
      .withExif({ IFD0: { ImageDescription: text } })
      .toFormat(format)
      .toBuffer()
  const images = {
    'tEXt of a PNG': withText(png, 'workflow', JSON.stringify({ 1: { inputs: { key: token } } })),
    'zTXt of a PNG': withPackedText(png, 'anything', text),
    'compressed XMP of a PNG': withPackedXmp(png, text),
    'UTF-16 in a JPEG': withUserComment(jpeg, text),
    'a GIF, cut by the length of a block': withComment(gif, 'x'.repeat(240) + text),
    'EXIF of a WebP': await exif('webp'),
    'EXIF of an AVIF': await exif('avif'),
    'a video': videoTitled(text),
    'a video, at the end': Buffer.concat([videoTitled('x'), Buffer.alloc(3_000_000), Buffer.from(token)]),
  }
  for (const [where, bytes] of Object.entries(images)) {
    const { tokens, meta } = await probed(bytes)
    assert.deepEqual(tokens, [token], where)
    assert.ok(!JSON.stringify(meta ?? {}).includes(token), where)
  }
  for (const bytes of [png, jpeg, webp, gif, avif, videoTitled('x')]) assert.deepEqual((await probed(bytes)).tokens, [])
})

test('parameters keep what is no token, and hide one whose checksum is wrong without telling of it', async () => {
  const png = await pixel.clone().png().toBuffer()
  const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
  const { meta, tokens } = await probed(withText(png, 'parameters', `a fox ${wrong}\nSteps: 20, Seed: 7`))
  assert.deepEqual(tokens, [])
  assert.equal(meta?.prompt, `a fox mk_…${wrong.slice(-4)}`)
  assert.equal(meta?.seed, 7)
})
