import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { z } from 'zod'
import { assertRefused, read, startHub } from './hub.ts'
import { bare, idsOfKind, kinds, levels, lonely, tidal, tidalHashes, twins } from './library.ts'
import { hashesOf } from './model-file.ts'
import { DetailedVersion, MiniVersion, Model } from './shapes.ts'

const hub = await startHub()
after(() => hub.close())

const notFound = { error: 'Model not found' }
const byHash = '/api/v1/model-versions/by-hash'
const nobodys = (index: number) => index.toString(16).padStart(64, '0')
const version = async (id: number) => read(await hub.ask(`/api/v1/model-versions/${id}`), DetailedVersion)

test('58. model 0 is not found, in these words', async () => {
  assertRefused(await hub.ask('/api/v1/models/0'), 404, { error: 'No model with id 0' })
  assertRefused(await hub.ask('/api/v1/models/999999999'), 404, { error: 'No model with id 999999999' })
})

test('59. an id that is no number is refused as such', async () => {
  for (const id of ['abc', '1.5', '-1', '1e3', '0x10', '1,2', '%20', 'NaN']) {
    for (const path of ['models', 'model-versions', 'model-versions/mini']) {
      const { status, body } = await hub.ask(`/api/v1/${path}/${id}`)
      assert.equal(status, 400, `${path}/${id}`)
      assert.ok('error' in JSON.parse(body.toString()))
    }
  }
})

test('60. an unknown version is not found, in these words', async () => {
  for (const path of ['model-versions/999999999', 'model-versions/0', 'model-versions/mini/999999999'])
    assertRefused(await hub.ask(`/api/v1/${path}`), 404, notFound)
})

test('61. a file is found by each of its six hashes, in any letter case', async () => {
  assert.equal(Object.keys(tidalHashes).length, 6)
  const mixed = (hash: string) => [...hash].map((digit, at) => (at % 2 ? digit.toLowerCase() : digit)).join('')
  for (const [kind, hash] of Object.entries(tidalHashes)) {
    for (const written of [hash, hash.toLowerCase(), mixed(hash)]) {
      const found = read(await hub.ask(`${byHash}/${written}`), DetailedVersion)
      assert.equal(found.id, tidal.versionId, `${kind} ${written}`)
    }
  }
  const otherOrder = tidalHashes.CRC32.match(/../g)?.toReversed().join('')
  assert.equal(read(await hub.ask(`${byHash}/${otherOrder}`), DetailedVersion).id, tidal.versionId)
  assert.deepEqual(
    read(await hub.ask(`${byHash}/${tidalHashes.SHA256}`), DetailedVersion),
    await version(tidal.versionId),
  )
  assertRefused(await hub.ask(`${byHash}/${nobodys(1)}`), 404, notFound)
  assertRefused(await hub.ask(`${byHash}/nonsense`), 404, notFound)
})

test('116. a hash with a leading 0x gives the same response as without, by GET and in both POST forms', async () => {
  for (const [kind, hash] of Object.entries(tidalHashes)) {
    const expected = read(await hub.ask(`${byHash}/${hash}`), DetailedVersion)
    for (const written of [`0x${hash}`, `0X${hash.toLowerCase()}`])
      assert.deepEqual(read(await hub.ask(`${byHash}/${written}`), DetailedVersion), expected, `${kind} ${written}`)
  }
  for (const wrong of ['0x', '0x0x', `0x0x${tidalHashes.SHA256}`, `x${tidalHashes.SHA256}`])
    assertRefused(await hub.ask(`${byHash}/${wrong}`), 404, notFound)
  const post = (path: string, json: unknown) => hub.ask(path, { method: 'POST', json })
  const [plain, prefixed] = [tidalHashes.SHA256, `0x${tidalHashes.SHA256.toLowerCase()}`]
  for (const path of [byHash, `${byHash}/ids`]) {
    const expected = JSON.parse((await post(path, [plain])).body.toString())
    assert.equal(expected.length, 1)
    for (const hashes of [[prefixed], [prefixed, plain], [`0X${plain}`]]) {
      const answer = await post(path, hashes)
      assert.equal(answer.status, 200, answer.body.toString())
      assert.deepEqual(JSON.parse(answer.body.toString()), expected)
    }
    for (const wrong of ['0x', `0x0x${plain}`, `0x${plain.slice(1)}`, `0x${plain}0`])
      assert.equal((await post(path, [wrong])).status, 400, wrong)
  }
  const ids = JSON.parse((await post(`${byHash}/ids`, [prefixed])).body.toString())
  assert.deepEqual(ids, [{ modelVersionId: tidal.versionId, modelId: tidal.modelId, hash: plain }])
})

test('62. of several versions that hold a file, the one that was published first is found, then the lowest id', async () => {
  const hashes = hashesOf(twins.bytes)
  for (const id of twins.versionIds) assert.equal((await version(id)).files[0]?.hashes.SHA256, hashes.SHA256)
  for (const hash of Object.values(hashes))
    assert.equal(read(await hub.ask(`${byHash}/${hash}`), DetailedVersion).id, twins.firstPublished)
  const answer = await hub.ask(`${byHash}/ids`, { method: 'POST', json: [hashes.SHA256] })
  const holders = read(answer, z.array(z.object({ modelVersionId: z.int() })))
  assert.deepEqual(holders.map(({ modelVersionId }) => modelVersionId).sort(), twins.versionIds.toSorted())
})

test('63. many hashes are asked for at once: a hundred versions, ten thousand ids, and no more', async () => {
  const post = (path: string, json: unknown) => hub.ask(path, { method: 'POST', json })
  const many = (count: number) => [
    tidalHashes.SHA256.toLowerCase(),
    ...Array.from({ length: count - 1 }, (_, index) => nobodys(index)),
  ]
  const found = read(await post(byHash, many(100)), z.array(DetailedVersion))
  assert.deepEqual(found, [await version(tidal.versionId)])
  assert.equal(read(await post(`${byHash}/ids`, many(10_000)), z.array(z.unknown())).length, 1)
  assert.deepEqual(read(await post(byHash, []), z.array(z.unknown())), [])
  const wrong: [string, unknown][] = [
    [byHash, many(101)],
    [`${byHash}/ids`, many(10_001)],
    ...[byHash, `${byHash}/ids`].flatMap((path): [string, unknown][] => [
      [path, [tidalHashes.SHA256.slice(1)]],
      [path, [1]],
      [path, { hashes: [] }],
      [path, 'text'],
      [path, null],
    ]),
  ]
  for (const [path, json] of wrong) {
    const { status, body } = await post(path, json)
    assert.equal(status, 400, `${path} ${JSON.stringify(json).slice(0, 40)}`)
    assert.ok((JSON.parse(body.toString()) as { error: unknown }).error)
  }
  const empty = await hub.ask(byHash, { method: 'POST', headers: { 'content-type': 'application/json' } })
  assert.equal(empty.status, 400)
})

test('64. ids by hash are numbers beside the hash in upper case, and unknown hashes are left out', async () => {
  const asked = [nobodys(7), tidalHashes.SHA256.toLowerCase(), hashesOf(levels.bytes).SHA256]
  const answer = await hub.ask(`${byHash}/ids`, { method: 'POST', json: asked })
  const row = z.strictObject({ modelVersionId: z.int(), modelId: z.int(), hash: z.string() })
  const rows = read(answer, z.array(row)).toSorted((a, b) => a.modelId - b.modelId)
  assert.deepEqual(rows, [
    { modelVersionId: tidal.versionId, modelId: tidal.modelId, hash: tidalHashes.SHA256 },
    { modelVersionId: levels.versionId, modelId: levels.modelId, hash: hashesOf(levels.bytes).SHA256 },
  ])
})

test('65. the AIR of a version follows from its base model and its type', async () => {
  for (const [index, [type, baseModel, prefix]] of kinds.entries()) {
    const { modelId, versionId } = idsOfKind(index)
    const { air, model } = await version(versionId)
    assert.equal(model.type, type)
    assert.equal(air, `urn:air:${prefix}:civitai:${modelId}@${versionId}`, `${type} of ${baseModel}`)
  }
  assert.equal((await version(tidal.versionId)).air, 'urn:air:sdxl:checkpoint:civitai:710001@720012')
  assert.equal((await version(bare.versionId)).air, 'urn:air:flux1:diffusionmodel:civitai:710007@720071')
})

test('66. the small form of a version agrees with the large one', async () => {
  const mini = read(await hub.ask(`/api/v1/model-versions/mini/${tidal.versionId}`), MiniVersion)
  const { air, name, baseModel, availability, publishedAt, downloadUrl, files } = await version(tidal.versionId)
  const primary = files.find((file) => file.primary)
  assert.deepEqual(mini, {
    air,
    versionName: name,
    modelName: tidal.name,
    baseModel,
    availability,
    publishedAt,
    size: primary?.sizeKB,
    fileType: 'Model',
    fileName: 'tidal_v2.safetensors',
    hashes: tidalHashes,
    downloadUrls: [downloadUrl],
    format: 'SafeTensor',
    canGenerate: false,
    requireAuth: false,
    checkPermission: false,
    freeTrialLimit: null,
    additionalResourceCharge: false,
    minor: false,
    sfwOnly: false,
    isFeatured: false,
  })
})

test('67. the small form tells of another file when it is named, and of none that is elsewhere', async () => {
  const mini = `/api/v1/model-versions/mini/${tidal.versionId}`
  const { air, files } = await version(tidal.versionId)
  for (const { id, name, hashes, type } of files) {
    const told = read(await hub.ask(`${mini}?modelFileId=${id}`), MiniVersion)
    assert.deepEqual([told.fileName, told.fileType, told.hashes], [name, type, hashes])
    assert.equal(told.air, `${air}+${id}`)
    assert.equal(new URL(told.downloadUrls[0] ?? '').searchParams.get('fileId'), String(id))
  }
  const foreign = (await version(levels.versionId)).files[0]?.id
  const error = `Model file ${foreign} not found in version ${tidal.versionId}`
  assertRefused(await hub.ask(`${mini}?modelFileId=${foreign}`), 404, { error })
})

test('a file without a sidecar is found by its hash, under an id of the hub’s own', async () => {
  const { id, modelId } = read(await hub.ask(`${byHash}/${hashesOf(lonely.bytes).SHA256}`), DetailedVersion)
  assert.ok(id >= 1_000_000_000 && id < 2 ** 31)
  assert.equal(read(await hub.ask(`/api/v1/models/${modelId}`), Model).type, 'TextualInversion')
})
