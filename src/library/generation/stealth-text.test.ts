import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { parseGenerationParameters } from './parse-generation.ts'
import { stealthTextIn, stealthTextsOf } from './stealth-text.ts'

const [width, height] = [120, 90]

/** Alpha values that hide a payload, column by column. */
function alphaWith(signature: string, payload: Buffer, bits = payload.length * 8): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bits)
  const bytes = Buffer.concat([Buffer.from(signature), length, payload])
  const alpha = Buffer.alloc(width * height, 254)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const value = ((bytes[bit >> 3] ?? 0) >> (7 - (bit % 8))) & 1
    alpha[(bit % height) * width + Math.floor(bit / height)] = 254 | value
  }
  return alpha
}

const imageWith = (alpha: Buffer) =>
  sharp({ create: { width, height, channels: 3, background: 'red' } }).joinChannel(alpha, {
    raw: { width, height, channels: 1 },
  })

test('the text that NovelAI hides in alpha values is read from PNG and lossless WebP', async () => {
  const comment = { prompt: 'a fox', uc: 'bad', steps: 28, seed: 3623, scale: 5, sampler: 'k_euler' }
  const chunks = {
    Software: 'NovelAI',
    Source: 'NovelAI Diffusion V4',
    Description: 'a fox',
    Comment: JSON.stringify(comment),
  }
  const alpha = alphaWith('stealth_pngcomp', gzipSync(JSON.stringify(chunks)))
  for (const image of [
    await imageWith(alpha).png().toBuffer(),
    await imageWith(alpha).webp({ lossless: true, exact: true }).toBuffer(),
  ]) {
    const texts = await stealthTextsOf(image)
    const { meta } = (texts && parseGenerationParameters(texts)) ?? {}
    assert.deepEqual(
      [meta?.prompt, meta?.negativePrompt, meta?.seed, meta?.sampler, meta?.Model],
      ['a fox', 'bad', 3623, 'Euler', 'NovelAI Diffusion V4'],
    )
  }
  const plain = alphaWith('stealth_pnginfo', Buffer.from('a fox\nSteps: 3, Seed: 1'))
  assert.equal(stealthTextIn(plain, { width, height }), 'a fox\nSteps: 3, Seed: 1')
})

test('images without such a text, or with a damaged one, have none', async () => {
  assert.equal(
    await stealthTextsOf(
      await sharp({ create: { width, height, channels: 4, background: 'red' } })
        .png()
        .toBuffer(),
    ),
    undefined,
  )
  assert.equal(
    await stealthTextsOf(
      await sharp({ create: { width: 3, height: 3, channels: 4, background: 'red' } })
        .png()
        .toBuffer(),
    ),
    undefined,
  )
  assert.equal(
    await stealthTextsOf(
      await imageWith(alphaWith('stealth_pngcomp', Buffer.from('no gzip')))
        .png()
        .toBuffer(),
    ),
    undefined,
  )
  assert.equal(stealthTextIn(alphaWith('stealth_pnginfo', Buffer.from('x'), 2 ** 32 - 1), { width, height }), undefined)
  assert.equal(await stealthTextsOf(Buffer.from('no image')), undefined)
})
