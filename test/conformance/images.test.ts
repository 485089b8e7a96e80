import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import sharp from 'sharp'
import { read, startHub } from './hub.ts'
import { levels, night, tidal, tidalHashes } from './library.ts'
import { generation } from './pictures.ts'
import { DetailedVersion, ImageList, ModelList } from './shapes.ts'

const hub = await startHub({ accounts: ['ada'] })
after(() => hub.close())

const images = async (query: string) => read(await hub.ask(`/api/v1/images?${query}`), ImageList).items
const bitsOf = async (query: string) =>
  (await images(`modelId=${levels.modelId}&${query}`)).map(({ browsingLevel }) => browsingLevel).sort((a, b) => a - b)

test('74. an image’s level is a word and a bit, and each filter shows its levels alone', async () => {
  const words = { 1: 'None', 2: 'Soft', 4: 'Mature', 8: 'X', 16: 'X' } as Record<number, string>
  const all = await images(`modelId=${levels.modelId}&browsingLevel=31`)
  assert.equal(all.length, 5)
  for (const { browsingLevel, nsfwLevel, nsfw } of all) {
    assert.equal(nsfwLevel, words[browsingLevel])
    assert.equal(nsfw, browsingLevel !== 1)
  }
  const shown: [string, number[]][] = [
    ['', [1]],
    ['nsfw=None', [1]],
    ['nsfw=false', [1]],
    ['nsfw=Soft', [1, 2]],
    ['nsfw=Mature', [1, 2, 4]],
    ['nsfw=X', [1, 2, 4, 8, 16]],
    ['nsfw=true', [4, 8, 16]],
    ['browsingLevel=6', [2, 4]],
    ['browsingLevel=4&nsfw=None', [4]],
  ]
  for (const [query, bits] of shown) assert.deepEqual(await bitsOf(query), bits, query)
  const token = await hub.createToken('ada')
  const signedIn = read(await hub.ask('/api/v1/images?nsfw=X', { token }), ImageList).items
  assert.ok(signedIn.some(({ browsingLevel }) => browsingLevel === 16))
})

test('74. each filter of images leaves the images that it names', async () => {
  const [one] = await images(`modelVersionId=${tidal.versionId}`)
  assert.ok(one)
  assert.deepEqual(
    (await images(`imageId=${one.id}`)).map(({ id }) => id),
    [one.id],
  )
  assert.equal((await images(`modelVersionId=${tidal.versionId}`)).length, 5)
  assert.equal((await images(`modelVersionId=${tidal.olderVersionId}`)).length, 0)
  assert.equal((await images(`modelVersionId=${tidal.versionId}&type=video`)).length, 0)
  assert.equal((await images(`modelVersionId=${tidal.versionId}&type=image`)).length, 5)
  assert.equal((await images('username=007')).length, 1)
  assert.ok((await images('limit=3')).length === 3)
})

test('74. models show everybody only what is for everybody, unless they are asked for more', async () => {
  const modest = read(await hub.ask('/api/v1/models'), ModelList).items
  assert.ok(!modest.some(({ id }) => id === night.modelId))
  for (const { modelVersions } of modest)
    for (const version of modelVersions) for (const { nsfwLevel } of version.images) assert.equal(nsfwLevel, 1)
  const all = read(await hub.ask('/api/v1/models?nsfw=true'), ModelList).items
  assert.ok(all.some(({ id, nsfw }) => id === night.modelId && nsfw))
  const five = all.find(({ id }) => id === levels.modelId)
  assert.deepEqual(
    five?.modelVersions[0]?.images.map(({ nsfwLevel }) => nsfwLevel),
    [1, 2, 4, 8, 16],
  )
})

test('75. how an image was made is told when it is asked for, and only then', async () => {
  const target = `modelVersionId=${tidal.versionId}`
  assert.ok((await images(`${target}&withMeta=true`)).some(({ meta }) => meta !== null))
  for (const query of [target, `${target}&withMeta=false`, `${target}&withMeta=`])
    assert.deepEqual(new Set((await images(query)).map(({ meta }) => meta)), new Set([null]))
})

test('76. how an image was made is read from PNG text, from EXIF comments and from graphs of nodes', async () => {
  const made = await images(`modelVersionId=${tidal.versionId}&withMeta=true`)
  const bySuffix = (extension: string) => made.filter(({ url, meta }) => url.endsWith(extension) && meta !== null)
  const told = [...bySuffix('.png'), ...bySuffix('.jpg'), ...bySuffix('.jpeg'), ...bySuffix('.webp')]
  assert.equal(told.length, 4)
  assert.equal(made.filter(({ meta }) => meta === null).length, 1)
  for (const { meta } of told) {
    const { prompt = '', ...settings } = meta ?? {}
    assert.ok(String(prompt).startsWith(generation.prompt), String(prompt))
    const { negativePrompt, steps, cfgScale, seed, Size } = settings
    const { sampler: _, prompt: __, ...expected } = generation
    assert.deepEqual({ negativePrompt, steps, cfgScale, seed, Size }, expected)
  }
  const texts = told.filter(({ meta }) => meta?.sampler === generation.sampler)
  assert.equal(texts.length, 3)
  for (const { meta } of texts) {
    assert.deepEqual(
      [meta?.['Model hash'], meta?.Model, meta?.clipSkip],
      [tidalHashes.AutoV2.toLowerCase(), 'tidal_v2', 2],
    )
    const resources = meta?.resources as { type: string; name: string; weight?: number }[]
    assert.deepEqual(
      resources.map(({ type, name, weight }) => [type, name, weight]),
      [
        ['model', 'tidal_v2', undefined],
        ['lora', 'levels', 0.7],
      ],
    )
  }
  const { images: ofVersion } = read(await hub.ask(`/api/v1/model-versions/${tidal.versionId}`), DetailedVersion)
  assert.equal(ofVersion.filter(({ meta, hasMeta }) => hasMeta && meta?.seed === generation.seed).length, 4)
})

test('77. an image is linked to every version whose hash its parameters name', async () => {
  const made = await images(`modelVersionId=${tidal.versionId}&withMeta=true`)
  for (const { meta, modelVersionIds } of made) {
    const named = meta?.sampler === generation.sampler ? [tidal.versionId, levels.versionId] : [tidal.versionId]
    assert.deepEqual(
      modelVersionIds.toSorted((a, b) => a - b),
      named,
    )
  }
  const ofLora = await images(`modelVersionId=${levels.versionId}`)
  assert.equal(ofLora.filter(({ modelVersionIds }) => modelVersionIds.includes(tidal.versionId)).length, 3)
})

test('78. an image comes in the width that its address asks for', async () => {
  const { items } = read(await hub.ask(`/api/v1/images?modelVersionId=${tidal.versionId}`), ImageList)
  for (const { url, id, width, height } of items) {
    const original = await hub.ask(url)
    assert.equal(original.status, 200)
    assert.match(original.headers['content-type'] ?? '', /^image\//)
    assert.match(original.headers['cache-control'] ?? '', /immutable/)
    const size = await sharp(original.body).metadata()
    assert.deepEqual([size.width, size.height], [width, height])
    assert.match(url, new RegExp(`/${id}\\.\\w+$`))
    const small = await sharp((await hub.ask(url.replace('original=true', 'width=450'))).body).metadata()
    assert.deepEqual([small.width, small.height], [450, 315])
    const low = await sharp((await hub.ask(url.replace('original=true', 'height=96,unknown=1'))).body).metadata()
    assert.equal(low.height, 96)
  }
})

test('79. an image is never larger than its source', async () => {
  const [image] = await images(`modelId=${levels.modelId}`)
  assert.ok(image)
  for (const transform of [
    'width=450',
    'height=800',
    'width=2200,height=1000',
    'width=450,quality=90',
    'anim=false,width=1200',
  ]) {
    const answer = await hub.ask(image.url.replace('original=true', transform))
    const shown = await sharp(answer.body).metadata()
    assert.deepEqual([shown.width, shown.height], [image.width, image.height], transform)
  }
})
