import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { withChunk, withPackedText } from '../images/images-with-text.fixture.ts'
import { imageTextsOf, maxTextBytes } from './image-texts.ts'
import { parseGenerationParameters } from './parse-generation.ts'
import { decodeUserComment } from './user-comment.ts'

const canvas = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
const png = await canvas.clone().png().toBuffer()
const graph =
  '{"3":{"class_type":"KSampler","inputs":{"seed":1058310243513826347,"steps":20,"cfg":NaN,"positive":["6",0],"negative":["7",0],"latent_image":["5",0]}},"5":{"class_type":"EmptyLatentImage","inputs":{"width":512,"height":768}},"6":{"class_type":"CLIPTextEncode","inputs":{"text":"a fox, NaN"}},"7":{"class_type":"CLIPTextEncode","inputs":{"text":"bad"}}}'
const drawn =
  '{"nodes":[{"id":1,"type":"CLIPTextEncode","widgets_values":["drawn"]},{"id":2,"type":"KSampler","widgets_values":[4,"fixed",9],"inputs":[{"name":"positive","link":1}]}],"links":[[1,1,0,2,0,"CONDITIONING"]]}'

/** A TIFF block whose first directory has these ASCII entries, in either byte order. */
function tiff(entries: readonly [tag: number, text: string, type?: number][], isLittle = true): Buffer {
  const head = Buffer.alloc(8 + 2 + entries.length * 12 + 4)
  const u16 = (value: number, at: number) => (isLittle ? head.writeUInt16LE(value, at) : head.writeUInt16BE(value, at))
  const u32 = (value: number, at: number) => (isLittle ? head.writeUInt32LE(value, at) : head.writeUInt32BE(value, at))
  head.write(isLittle ? 'II' : 'MM', 'latin1')
  u16(42, 2)
  u32(8, 4)
  u16(entries.length, 8)
  const values: Buffer[] = []
  let end = head.length
  for (const [index, [tag, text, type = 2]] of entries.entries()) {
    const value = Buffer.from(type === 2 ? `${text}\0` : text)
    const at = 10 + index * 12
    u16(tag, at)
    u16(type, at + 2)
    u32(value.length, at + 4)
    u32(end, at + 8)
    values.push(value)
    end += value.length
  }
  return Buffer.concat([head, ...values])
}

function webpWith(webp: Buffer, exif: Buffer): Buffer {
  const chunk = Buffer.concat([Buffer.from('EXIF'), Buffer.alloc(4), exif, Buffer.alloc(exif.length % 2)])
  chunk.writeUInt32LE(exif.length, 4)
  const whole = Buffer.concat([webp, chunk])
  whole.writeUInt32LE(whole.length - 8, 4)
  return whole
}

function jpegWith(jpeg: Buffer, exif: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0'), exif])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)])
}

const metaOf = async (image: Buffer) => parseGenerationParameters(await imageTextsOf(image))?.meta

test('a graph in EXIF, as the WebP node of ComfyUI writes it, is read like one in a PNG', async () => {
  const inPng = await metaOf(withChunk(png, 'tEXt', Buffer.from(`prompt\0${graph}`)))
  assert.deepEqual(inPng, {
    prompt: 'a fox, NaN',
    negativePrompt: 'bad',
    seed: '1058310243513826347',
    steps: 20,
    Size: '512x768',
  })
  const still = await canvas.clone().webp().toBuffer()
  const frames = sharp([Buffer.from(png), await canvas.clone().negate().png().toBuffer()], { join: { animated: true } })
  const animated = await frames.webp({ delay: [100, 100], loop: 0 }).toBuffer()
  assert.ok(animated.includes('ANMF'), 'the second one is animated')
  const jpeg = await canvas.clone().jpeg().toBuffer()
  for (const isLittle of [true, false])
    for (const [prompt, workflow] of [
      ['prompt', 'workflow'],
      ['Prompt', 'Workflow'],
    ]) {
      const exif = tiff(
        [
          [0x010e, `extra:{"a":1}`],
          [0x010f, `${workflow}:${drawn}`],
          [0x0110, `${prompt}:${graph}`],
        ],
        isLittle,
      )
      for (const image of [
        webpWith(still, exif),
        webpWith(animated, exif),
        jpegWith(jpeg, exif),
        withChunk(png, 'eXIf', exif),
      ])
        assert.deepEqual(await metaOf(image), inPng)
    }
  const only = await metaOf(webpWith(still, tiff([[0x010f, `workflow:${drawn}`]])))
  assert.deepEqual([only?.prompt, only?.seed], ['drawn', 4])
  const later = await metaOf(
    webpWith(
      still,
      tiff([
        [0x010d, `workflow: ${drawn}`],
        [0x010e, 'other:{"a":1}'],
      ]),
    ),
  )
  assert.equal(later?.prompt, 'drawn', 'keys are counted down from Make')
  const camera = tiff([
    [0x010f, 'Canon'],
    [0x0110, 'Canon EOS 5D'],
  ])
  assert.equal(await metaOf(webpWith(still, camera)), undefined)
})

test('other programs write JSON of prompt and workflow into a comment, and parameters into a description', async () => {
  const jpeg = await canvas.clone().jpeg().toBuffer()
  const json = `{"prompt":${graph},"workflow":${drawn}}`
  assert.equal((await metaOf(jpegWith(jpeg, tiff([[0x9286, json, 2]]))))?.prompt, 'a fox, NaN')
  const nested = JSON.stringify({ prompt: graph, workflow: drawn })
  assert.equal((await metaOf(jpegWith(jpeg, tiff([[0x9286, nested, 7]]))))?.prompt, 'a fox, NaN')
  assert.equal((await metaOf(jpegWith(jpeg, tiff([[0x010e, 'a fox\nSteps: 3, Seed: 1']]))))?.steps, 3)
  const comment = Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.from([0xff, 0xfe, 0, 22]),
    Buffer.from('a fox\nSteps: 3, X: 1'),
    jpeg.subarray(2),
  ])
  assert.equal((await metaOf(comment))?.steps, 3)
})

test('the bytes of a PNG text are UTF-8 where they are valid UTF-8, otherwise Latin-1', async () => {
  const textOf = async (kind: string, bytes: Buffer) =>
    (await imageTextsOf(withChunk(png, kind, Buffer.concat([Buffer.from('parameters\0'), bytes])))).byKeyword.parameters
  assert.equal(await textOf('tEXt', Buffer.from('Füchse 狐')), 'Füchse 狐')
  assert.equal(await textOf('tEXt', Buffer.from('Füchse', 'latin1')), 'Füchse')
  assert.equal(await textOf('zTXt', Buffer.concat([Buffer.of(0), deflateSync('Füchse 狐')])), 'Füchse 狐')
  assert.equal(await textOf('iTXt', Buffer.from('\0\0en\0\0Füchse 狐')), 'Füchse 狐')
  assert.equal(await textOf('iTXt', Buffer.concat([Buffer.from('\x01\0\0\0'), deflateSync('狐')])), '狐')
})

test('texts are read up to a bound after decompression, and what is beyond it is told', async () => {
  const bomb = withPackedText(
    withPackedText(png, 'workflow', 'x'.repeat(maxTextBytes)),
    'parameters',
    'a\nSteps: 1, Seed: 2',
  )
  const texts = await imageTextsOf(bomb)
  assert.deepEqual(Object.keys(texts.byKeyword), ['parameters'])
  assert.deepEqual(texts.problems, ['holds more than 16 MiB of text; what is beyond is not read'])
  const many = Array.from({ length: 5 }).reduce<Buffer>(
    (image, _, index) => withPackedText(image, `k${index}`, 'x'.repeat(maxTextBytes / 4)),
    png,
  )
  const some = await imageTextsOf(many)
  assert.deepEqual([Object.keys(some.byKeyword).length, some.problems.length], [4, 1])
})

test('texts that are too long or damaged are decompressed a few times, however many an image has', async () => {
  const packed = deflateSync('x'.repeat(maxTextBytes))
  const damaged = Buffer.from(packed)
  damaged.writeUInt8((damaged.at(-1) ?? 0) ^ 1, damaged.length - 1)
  for (const bytes of [deflateSync('x'.repeat(maxTextBytes + 1)), damaged]) {
    const after = (count: number) => {
      const readable = withPackedText(png, 'parameters', 'a\nSteps: 1, Seed: 2')
      const chunk = Buffer.concat([Buffer.from('k\0\0'), bytes])
      return Array.from({ length: count }).reduce<Buffer>((image) => withChunk(image, 'zTXt', chunk), readable)
    }
    assert.deepEqual(Object.keys((await imageTextsOf(after(3))).byKeyword), ['parameters'])
    const { byKeyword, problems } = await imageTextsOf(after(4))
    assert.deepEqual(byKeyword, {})
    assert.deepEqual(problems, ['holds more than 16 MiB of text; what is beyond is not read'])
  }
})

test('damaged chunks, segments and directories end the texts, and nothing else', async () => {
  const whole = [
    withChunk(png, 'eXIf', tiff([[0x0110, `prompt:${graph}`]])),
    jpegWith(await canvas.clone().jpeg().toBuffer(), tiff([[0x9286, 'a\nSteps: 1, B: 2', 7]])),
    webpWith(await canvas.clone().webp().toBuffer(), tiff([[0x0110, `prompt:${graph}`]])),
  ]
  for (const image of whole)
    for (let step = 0; step < 300; step++) {
      const damaged = Buffer.from(image)
      const at = (step * 7919) % damaged.length
      damaged[at] = (step * 31) % 256
      const texts = await imageTextsOf(step % 2 === 0 ? damaged : damaged.subarray(0, at))
      assert.ok(Array.isArray(texts.comments))
    }
})

test('a user comment is decoded in every encoding that programs write', () => {
  const text = 'a fox\nSteps: 1, Seed: 2'
  const japanese = '赤い狐'
  const utf16 = (content: string) => Buffer.from(content, 'utf16le')
  const code = (name: string, bytes: Buffer) => decodeUserComment(Buffer.concat([Buffer.from(name), bytes]))
  for (const content of [text, `${japanese}, ${text}`]) {
    assert.equal(code('UNICODE\0', utf16(content)), content)
    assert.equal(code('UNICODE\0', utf16(content).swap16()), content)
    assert.equal(code('UNICODE\0', utf16(`\uFEFF${content}`)), content)
    assert.equal(code('UNICODE\0', utf16(`\uFEFF${content}`).swap16()), content)
    assert.equal(code('ASCII\0\0\0', Buffer.from(content)), content)
    assert.equal(code('\0\0\0\0\0\0\0\0', Buffer.from(content)), content)
    assert.equal(code('', Buffer.from(content)), content)
    assert.equal(code('', utf16(`\uFEFF${content}`)), content)
  }
  assert.equal(code('UNICODE\0', Buffer.from(text)), text, 'named UNICODE, written in UTF-8')
  assert.equal(code('ASCII\0\0\0', Buffer.from('Füchse', 'latin1')), 'Füchse')
  assert.equal(code('JIS\0\0\0\0\0', Buffer.from('\x1b$B8Q\x1b(B', 'latin1')), '狐')
  assert.equal(code('JIS\0\0\0\0\0', Buffer.from('\x8c\xcf', 'latin1')), '狐')
  assert.equal(code('UNICODE\0', Buffer.concat([utf16(text), Buffer.alloc(4)])), text)
})
