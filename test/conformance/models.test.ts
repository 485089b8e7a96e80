import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { eventually } from '../eventually.ts'
import { read, startHub } from './hub.ts'
import { idsOfKind, lonely, night, putEntry, tidal, tidalHashes } from './library.ts'
import { hashesOf, safetensors } from './model-file.ts'
import { CreatorList, DetailedVersion, Model, ModelList } from './shapes.ts'

const hub = await startHub()
after(() => hub.close())

const listed = async () => read(await hub.ask('/api/v1/models?nsfw=true'), ModelList).items
const detailedTidal = async () => read(await hub.ask(`/api/v1/model-versions/${tidal.versionId}`), DetailedVersion)
const detailedLonely = async () =>
  read(await hub.ask(`/api/v1/model-versions/by-hash/${hashesOf(lonely.bytes).SHA256}`), DetailedVersion)
/** The model of which everything is known, and its newest version. */
async function shownTidal() {
  const model = read(await hub.ask(`/api/v1/models/${tidal.modelId}`), Model)
  const newest = model.modelVersions[0]
  assert.ok(newest)
  return { model, newest }
}

test('68. a file has its own name, size and hashes, and a version exactly one primary file', async () => {
  const { newest } = await shownTidal()
  const detailed = await detailedTidal()
  const models = await listed()
  const file = newest.files.find(({ name }) => name === 'tidal_v2.safetensors')
  assert.ok(file)
  assert.equal(file.sizeKB, tidal.bytes.length / 1024)
  assert.deepEqual(file.hashes, tidalHashes)
  assert.deepEqual(file.metadata, { format: 'SafeTensor', size: 'pruned', fp: 'fp16' })
  assert.equal(file.primary, true)
  const full = newest.files.find(({ name }) => name === 'tidal_v2_full.safetensors')
  assert.deepEqual(full?.hashes, hashesOf(tidal.fullBytes))
  assert.deepEqual(full?.metadata, { format: 'SafeTensor', size: 'full', fp: 'fp32' })
  const others = newest.files.map(({ name, type }) => [name, type]).sort()
  assert.deepEqual(others, [
    ['tidal_v2.safetensors', 'Model'],
    ['tidal_v2.vae.safetensors', 'VAE'],
    ['tidal_v2.yaml', 'Config'],
    ['tidal_v2_full.safetensors', 'Model'],
  ])
  for (const { modelVersions } of models) {
    for (const { id, files } of modelVersions) {
      const primary = files.filter((listed) => listed.primary)
      assert.equal(primary.length, 1, `version ${id}`)
      assert.ok(
        files.every((listed) => listed.primary || !('primary' in listed)),
        `version ${id}`,
      )
    }
  }
  assert.equal(detailed.files.filter(({ primary }) => primary).length, 1)
  assert.equal(detailed.files.filter(({ primary }) => !primary).length, 3)
})

test('69. a version is downloaded where its primary file is, and each other file elsewhere', async () => {
  const { newest } = await shownTidal()
  const detailed = await detailedTidal()
  const models = await listed()
  for (const { modelVersions } of models) {
    for (const version of modelVersions) {
      const primary = version.files.find((file) => file.primary)
      assert.equal(version.downloadUrl, `${hub.origin}/api/download/models/${version.id}`)
      assert.equal(primary?.downloadUrl, version.downloadUrl)
      const addresses = version.files.map(({ downloadUrl }) => downloadUrl)
      assert.equal(new Set(addresses).size, addresses.length, `version ${version.id}`)
    }
  }
  assert.equal(detailed.downloadUrl, newest.downloadUrl)
  for (const { id, primary, downloadUrl } of detailed.files) {
    assert.equal(downloadUrl, newest.files.find((file) => file.id === id)?.downloadUrl)
    assert.equal(downloadUrl === detailed.downloadUrl, primary)
  }
  const full = newest.files.find(({ metadata }) => metadata.size === 'full')
  const { searchParams } = new URL(full?.downloadUrl ?? '')
  const selectors = ['type', 'format', 'size', 'fp'].map((name) => searchParams.get(name))
  assert.deepEqual(selectors, ['Model', 'SafeTensor', 'full', 'fp32'])
})

test('70. trained words, tags and creator are those of the model, and every model has a creator', async () => {
  const { model, newest } = await shownTidal()
  const detailed = await detailedTidal()
  const models = await listed()
  assert.deepEqual(newest.trainedWords, tidal.words)
  assert.deepEqual(detailed.trainedWords, tidal.words)
  assert.deepEqual(model.tags.toSorted(), tidal.tags.toSorted())
  assert.deepEqual(model.creator, { username: tidal.creator, image: null })
  assert.deepEqual(
    model.modelVersions.map(({ id, name, index }) => [id, name, index]),
    [
      [tidal.versionId, 'v2.0', 0],
      [tidal.olderVersionId, 'v1.0', 1],
    ],
  )
  const digits = models.find(({ id }) => id === idsOfKind(0).modelId)
  assert.equal(digits?.creator.username, '007')
  const unnamed = models.find(({ modelVersions }) => modelVersions[0]?.files[0]?.name === lonely.name)
  assert.ok(unnamed && unnamed.id >= 1_000_000_000)
  for (const { creator, modelVersions } of models) {
    assert.notEqual(creator.username, '')
    for (const { description } of modelVersions) assert.equal(typeof description, 'string')
  }
})

test('110. a version without a description has an empty one', async () => {
  const version = await detailedLonely()
  assert.equal(version.description, '')
  assert.equal(read(await hub.ask(`/api/v1/models/${version.modelId}`), Model).modelVersions[0]?.description, '')
})

test('111. a model without a creator in a sidecar has the default creator of the hub, as /creators lists it', async () => {
  const { modelId } = await detailedLonely()
  const model = read(await hub.ask(`/api/v1/models/${modelId}`), Model)
  assert.deepEqual(model.creator, { username: 'local', image: null })
  const ofDefault = read(await hub.ask('/api/v1/models?username=LOCAL&nsfw=true'), ModelList).items
  assert.ok(ofDefault.some(({ id }) => id === modelId))
  assert.ok(ofDefault.every(({ creator }) => creator.username === 'local'))
  const { items } = read(await hub.ask('/api/v1/creators?query=local'), CreatorList)
  assert.deepEqual(
    items.map(({ username, modelCount }) => [username, modelCount]),
    [['local', ofDefault.length]],
  )
})

test('108. scan results are those of a sidecar that names the SHA-256, otherwise what was verified', async () => {
  const scanOf = async (hash: string) => {
    const [file] = read(await hub.ask(`/api/v1/model-versions/by-hash/${hash}`), DetailedVersion).files
    assert.ok(file)
    const { pickleScanResult, pickleScanMessage, virusScanResult, virusScanMessage, scannedAt } = file
    return { pickleScanResult, pickleScanMessage, virusScanResult, virusScanMessage, scannedAt }
  }
  assert.deepEqual(await scanOf(hashesOf(night.bytes).SHA256), night.scan)
  const verified = await scanOf(hashesOf(lonely.bytes).SHA256)
  assert.deepEqual([verified.pickleScanResult, verified.virusScanResult], ['Success', 'Success'])
  assert.match(verified.virusScanMessage ?? '', /verified to the last byte/)
  const longer = Buffer.concat([safetensors('longer', 1200), Buffer.from('!')])
  await putEntry(hub.folder, { stem: 'loras/longer', bytes: longer })
  const path = `/api/v1/model-versions/by-hash/${hashesOf(longer).SHA256}`
  await eventually(async () => (await hub.ask(path)).status === 200, 'the file is indexed')
  const unverified = await scanOf(hashesOf(longer).SHA256)
  assert.deepEqual([unverified.virusScanResult, unverified.virusScanMessage], ['Pending', null])
})

test("109. earlyAccessConfig is the sidecar's object, otherwise an empty one", async () => {
  const early = read(await hub.ask(`/api/v1/model-versions/${night.versionId}`), DetailedVersion)
  assert.deepEqual(early.earlyAccessConfig, night.earlyAccessConfig)
  assert.deepEqual((await detailedLonely()).earlyAccessConfig, {})
})

test("117. the counts of a model start from the sidecar's, otherwise from the sums over its versions", async () => {
  const { model } = await shownTidal()
  const { downloadCount: ofModel, thumbsUpCount, commentCount } = model.stats
  assert.deepEqual([ofModel, thumbsUpCount, commentCount], [900, 40, 3])
  const shownNight = async () => read(await hub.ask(`/api/v1/models/${night.modelId}`), Model).stats
  const { downloadCount, ...others } = await shownNight()
  assert.equal(downloadCount, 75)
  assert.deepEqual(others, { thumbsUpCount: 5, thumbsDownCount: 2, commentCount: 0, tippedAmountCount: 0 })
  const redirect = await hub.ask(`/api/download/models/${night.versionId}`)
  await hub.ask(redirect.headers.location ?? '')
  await eventually(async () => (await shownNight()).downloadCount === 76, "the hub's own download is added")
})

test('118. the level of a model ignores its versions without images, and one without rated images is PG or mature', async () => {
  const shown = read(await hub.ask(`/api/v1/models/${night.modelId}`), Model)
  assert.equal(shown.nsfwLevel, 8 | 16)
  assert.equal(shown.modelVersions.length, 2)
  const anonymous = read(await hub.ask('/api/v1/models'), ModelList).items
  assert.ok(anonymous.every(({ id }) => id !== night.modelId))
  assert.equal(read(await hub.ask(`/api/v1/models/${(await detailedLonely()).modelId}`), Model).nsfwLevel, 1)
  const bytes = safetensors('unrated', 1500)
  const site = {
    modelId: 719_001,
    versionId: 729_001,
    model: 'Unrated',
    type: 'LORA',
    baseModel: 'SDXL 1.0',
    nsfw: true,
  }
  await putEntry(hub.folder, { stem: 'loras/unrated', bytes, site })
  const unrated = () => hub.ask('/api/v1/models/719001')
  await eventually(async () => (await unrated()).status === 200, 'the model is indexed')
  assert.equal(read(await unrated(), Model).nsfwLevel, 4 | 8 | 16)
})

test('71. a description keeps its form and loses what could run', async () => {
  const { model } = await shownTidal()
  assert.match(model.description ?? '', /<b>long<\/b> exposure/)
  assert.doesNotMatch(model.description ?? '', /script|onclick|onerror|steal/i)
})

test('72. every date has its time and its zone', async () => {
  const { newest } = await shownTidal()
  const detailed = await detailedTidal()
  const models = await listed()
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/
  for (const { modelVersions } of models) {
    for (const { createdAt, publishedAt, updatedAt, files } of modelVersions) {
      for (const date of [createdAt, publishedAt, updatedAt, ...files.map(({ scannedAt }) => scannedAt)])
        assert.match(date, form)
    }
  }
  assert.equal(Date.parse(newest.publishedAt), Date.parse('2026-05-01T12:00:00Z'))
  assert.equal(detailed.publishedAt, newest.publishedAt)
})

test('73. what a model may be sold for is a list', async () => {
  const { model } = await shownTidal()
  const models = await listed()
  assert.deepEqual(model.allowCommercialUse.toSorted(), ['Image', 'Sell'])
  for (const { allowCommercialUse } of models) assert.ok(Array.isArray(allowCommercialUse))
})
