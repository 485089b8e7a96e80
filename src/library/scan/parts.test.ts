import assert from 'node:assert/strict'
import { mkdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { storedPng } from '../../sample-library/png.ts'
import { civitaiInfo, type LibraryFixture, safetensors, withLibraryFolder } from '../library.fixture.ts'
import { compileExclusions } from '../watch/exclusions.ts'
import { openKnownEntries } from './known-entries.ts'
import { planScan } from './plan-scan.ts'

interface Listed {
  id: number
  name: string
  type: string
  /** Names of the files, sorted. */
  files: string[]
}

/** Returns the models of the catalog with the files that clients can download. */
async function listed({ rows }: LibraryFixture): Promise<Listed[]> {
  const found = await rows<Omit<Listed, 'files'> & { file: string | null }>(
    `select model.id, model.name, model.type, model_file.name as file from model
      join model_version on model_version.model_id = model.id
      left join model_file on model_file.version_id = model_version.id and model_file.id not in (select file_id from lost_file)
      order by model.name, model.id, model_file.name`,
  )
  return [...Map.groupBy(found, ({ id }) => id).values()].map((own) => ({
    id: own[0]?.id ?? 0,
    name: own[0]?.name ?? '',
    type: own[0]?.type ?? '',
    files: own.flatMap(({ file }) => file ?? []).sort(),
  }))
}

const withoutIds = (models: Listed[]) => models.map(({ name, type, files }) => ({ name, type, files }))

const shards = (folder: string, base: string, total: number, indexes: readonly number[]) =>
  indexes.map((index) => `${folder}/${base}-0000${index}-of-0000${total}.safetensors`)

test('shards are one version named after the set or its folder, and a missing part is reported', () =>
  withLibraryFolder(async (fixture) => {
    const paths = [
      ...shards('diffusion_models/Whole', 'diffusion_pytorch_model', 3, [1, 2, 3]),
      ...shards('diffusion_models/Half', 'diffusion_pytorch_model', 3, [1, 3]),
      ...shards('checkpoints', 'big', 2, [1, 2]),
      ...shards('checkpoints', 'small', 2, [1, 2]),
      ...shards('loras', 'style', 1, [1]),
      'checkpoints/other.safetensors',
    ]
    for (const path of paths) await fixture.put(path, safetensors(path))
    const { added, problems } = await fixture.scan()
    assert.equal(added, 6)
    assert.deepEqual(
      problems.map(({ path, reason }) => [path.slice(fixture.folder.length + 1), reason]),
      [
        [
          'diffusion_models/Half/diffusion_pytorch_model-00002-of-00003.safetensors',
          'this part of the model is missing',
        ],
      ],
    )
    const models = await listed(fixture)
    assert.deepEqual(
      models.map(({ name, files }) => [name, files.length]),
      [
        ['Half', 2],
        ['Whole', 3],
        ['big', 2],
        ['other', 1],
        ['small', 2],
        ['style', 1],
      ],
    )
    const primary = await fixture.rows('select version_id from model_file where is_primary = 1')
    assert.equal(new Set(primary.map(({ version_id }) => version_id)).size, 6)
    assert.equal(primary.length, 6)
  }))

test('fp16 and fp32 shards side by side are one version', () =>
  withLibraryFolder(async (fixture) => {
    for (const path of [...shards('llm/Fox', 'model', 2, [1, 2]), ...shards('llm/Fox', 'model.fp16', 2, [1, 2])])
      await fixture.put(path, safetensors(path))
    const { problems } = await fixture.scan()
    assert.deepEqual(problems, [])
    assert.deepEqual(
      (await listed(fixture)).map(({ name, files }) => [name, files.length]),
      [['Fox', 4]],
    )
  }))

const picture = storedPng({ bytes: Buffer.alloc(8 * 8 * 3), width: 8, height: 8 })

const pipeline = 'diffusers/dreamshaper-8'
const components = ['unet', 'vae', 'text_encoder', 'safety_checker']
const index = JSON.stringify({
  _class_name: 'StableDiffusionPipeline',
  scheduler: ['diffusers', 'PNDMScheduler'],
  ...Object.fromEntries(components.map((name) => [name, ['diffusers', 'X']])),
})

async function putPipeline(fixture: LibraryFixture) {
  await fixture.put(`${pipeline}/model_index.json`, index)
  for (const name of components)
    await fixture.put(`${pipeline}/${name}/model.safetensors`, safetensors(`${pipeline}/${name}`))
  await fixture.put(`${pipeline}/unet/model.fp16.safetensors`, safetensors('half'))
}

const pipelineFiles = [
  'model.fp16.safetensors',
  'safety_checker_model.safetensors',
  'text_encoder_model.safetensors',
  'unet_model.safetensors',
  'vae_model.safetensors',
]

test('a pipeline folder is one checkpoint, and other models in it stay separate', () =>
  withLibraryFolder(async (fixture) => {
    await putPipeline(fixture)
    await fixture.put(`${pipeline}/extra/owl.safetensors`, safetensors('owl'))
    await fixture.put(`${pipeline}/whole.safetensors`, safetensors('whole'))
    await fixture.scan()
    assert.deepEqual(withoutIds(await listed(fixture)), [
      { name: 'dreamshaper-8', type: 'Checkpoint', files: pipelineFiles },
      { name: 'owl', type: 'Other', files: ['owl.safetensors'] },
      { name: 'whole', type: 'Other', files: ['whole.safetensors'] },
    ])
    const types = await fixture.rows(
      `select model_file.name, model_file.type, is_primary from model_file join model_version
        on model_version.id = version_id join model on model.id = model_id where model.name = 'dreamshaper-8'
        order by model_file.name`,
    )
    assert.deepEqual(types, [
      { name: 'model.fp16.safetensors', type: 'UNet', is_primary: types[0]?.is_primary },
      { name: 'safety_checker_model.safetensors', type: 'Other', is_primary: 0 },
      { name: 'text_encoder_model.safetensors', type: 'Text Encoder', is_primary: 0 },
      { name: 'unet_model.safetensors', type: 'UNet', is_primary: types[0]?.is_primary === 1 ? 0 : 1 },
      { name: 'vae_model.safetensors', type: 'VAE', is_primary: 0 },
    ])
    const again = await fixture.scan()
    assert.deepEqual([again.added, again.changed, again.removed], [0, 0, 0])
  }))

test('a pipeline whose index is added or removed gains and loses its files and keeps its ids', () =>
  withLibraryFolder(async (fixture) => {
    await putPipeline(fixture)
    await rm(join(fixture.folder, pipeline, 'model_index.json'))
    await fixture.scan()
    assert.ok((await listed(fixture)).length > 1)
    await fixture.put(`${pipeline}/model_index.json`, index)
    await fixture.scan()
    assert.deepEqual(withoutIds(await listed(fixture)), [
      { name: 'dreamshaper-8', type: 'Checkpoint', files: pipelineFiles },
    ])
    await fixture.put(`${pipeline}/vae/extra.safetensors`, safetensors('extra'))
    const [before] = await listed(fixture)
    await fixture.scan()
    const [after, ...others] = await listed(fixture)
    assert.deepEqual([after?.id, after?.files.length, others], [before?.id, 6, []])
  }))

test('a pipeline with a broken index has the usual components, and the index is reported as a problem', () =>
  withLibraryFolder(async (fixture) => {
    const broken: [content: string | Buffer, reason: string][] = [
      [index.slice(0, -1), 'it is not valid JSON'],
      ['', 'it is not valid JSON'],
      ['"unet"', 'it is not a JSON object'],
      ['[["unet"], ["vae"]]', 'it is not a JSON object'],
      ['null', 'it is not a JSON object'],
      ['{}', 'it names no components'],
      ['<!doctype html><title>Sign in</title>', 'it is a web page'],
      [
        'version https://git-lfs.github.com/spec/v1\noid sha256:00\n',
        'it is a Git LFS pointer (run git lfs pull to download the file)',
      ],
      [Buffer.concat([Buffer.from(index.slice(0, -1)), Buffer.from([0xff])]), 'it is not UTF-8 (byte 0xFF at offset'],
      [`{${' '.repeat(1 << 20)}}`, 'it is larger than 1 MiB'],
    ]
    await putPipeline(fixture)
    await fixture.put(`${pipeline}/my_part/model.safetensors`, safetensors('my part'))
    for (const [content, reason] of broken) {
      await fixture.put(`${pipeline}/model_index.json`, content)
      const { problems } = await fixture.scan()
      const [problem, ...others] = problems
      assert.deepEqual(others, [])
      assert.equal(problem?.path, join(fixture.folder, pipeline, 'model_index.json'))
      assert.ok(problem.reason.startsWith(reason), problem.reason)
      assert.ok(problem.reason.endsWith('; the usual folders of components are read instead'), problem.reason)
      assert.deepEqual(withoutIds(await listed(fixture)), [
        { name: 'dreamshaper-8', type: 'Checkpoint', files: pipelineFiles },
        { name: 'my part', type: 'Other', files: ['model.safetensors'] },
      ])
    }
    const [before] = await listed(fixture)
    const marked = Buffer.from(`\uFEFF${index}`, 'utf16le')
    await fixture.put(`${pipeline}/model_index.json`, marked)
    assert.deepEqual((await fixture.scan()).problems, [], 'an index in UTF-16 is read')
    assert.equal((await listed(fixture))[0]?.id, before?.id)
  }))

test('a version keeps its ids when a part is added or removed', () =>
  withLibraryFolder(async (fixture) => {
    const paths = shards('llm/Fox', 'model', 3, [1, 2, 3])
    const put = (path: string) => fixture.put(path, safetensors(path))
    const [first = '', second = '', third = ''] = paths
    await put(second)
    await fixture.scan()
    const [before] = await listed(fixture)
    await put(first)
    await put(third)
    await fixture.scan()
    assert.deepEqual(
      (await listed(fixture)).map(({ id, files }) => [id, files.length]),
      [[before?.id, 3]],
    )
    await rm(join(fixture.folder, first))
    const { problems } = await fixture.scan()
    assert.deepEqual(
      (await listed(fixture)).map(({ id, files }) => [id, files.length]),
      [[before?.id, 2]],
    )
    assert.equal(problems.length, 1)
    await put(first)
    assert.deepEqual((await fixture.scan()).problems, [])
    assert.deepEqual(
      (await listed(fixture)).map(({ id, files }) => [id, files.length]),
      [[before?.id, 3]],
    )
  }))

test('a Hugging Face cache gives the repository name, once for two snapshots of the same bytes', () =>
  withLibraryFolder(async (fixture) => {
    const cache = 'hub/models--org--fox-lora'
    await fixture.put(`${cache}/blobs/aa11`, safetensors('fox'))
    for (const snapshot of ['abc123', 'def456']) {
      await mkdir(join(fixture.folder, cache, 'snapshots', snapshot), { recursive: true })
      await symlink(
        '../../blobs/aa11',
        join(fixture.folder, cache, 'snapshots', snapshot, 'pytorch_lora_weights.safetensors'),
      )
    }
    await fixture.scan()
    assert.deepEqual(
      (await listed(fixture)).map(({ name, files }) => [name, files]),
      [['fox-lora', ['pytorch_lora_weights.safetensors']]],
    )
  }))

test('sidecars and previews named after the index, the first part or the folder belong to the version', async () => {
  const [first = '', second = ''] = shards('llm/Fox', 'model', 2, [1, 2])
  const stems = ['llm/Fox/model.safetensors.index', 'llm/Fox/model', 'llm/Fox/model-00001-of-00002', 'llm/Fox/Fox']
  for (const stem of stems)
    await withLibraryFolder(async (fixture) => {
      for (const path of [first, second]) await fixture.put(path, safetensors(path))
      await fixture.put('llm/Fox/model.safetensors.index.json', '{"weight_map":{}}')
      await fixture.put(`${stem}.civitai.info`, civitaiInfo({ modelId: 7, versionId: 70 }, safetensors(first)))
      await fixture.put(`${stem}.preview.png`, picture)
      assert.deepEqual((await fixture.scan()).problems, [], stem)
      assert.deepEqual(
        (await listed(fixture)).map(({ id, files }) => [id, files.length]),
        [[7, 2]],
        stem,
      )
      assert.equal((await fixture.rows('select id from image')).length, 1, stem)
    })
  await withLibraryFolder(async (fixture) => {
    await putPipeline(fixture)
    const info = civitaiInfo({ modelId: 8, versionId: 80 }, safetensors(`${pipeline}/unet`))
    await fixture.put(`${pipeline}/dreamshaper-8.civitai.info`, info)
    await fixture.put(`${pipeline}/model_index.png`, picture)
    await fixture.scan()
    assert.deepEqual(
      (await listed(fixture)).map(({ id, files }) => [id, files]),
      [[8, pipelineFiles]],
    )
    assert.equal((await fixture.rows('select id from image')).length, 1)
  })
})

test('a pipeline that moves keeps its ids', () =>
  withLibraryFolder(async (fixture) => {
    await putPipeline(fixture)
    await fixture.scan()
    const [before] = await listed(fixture)
    await rename(join(fixture.folder, pipeline), join(fixture.folder, 'moved'))
    await fixture.scan()
    const [after, ...others] = await listed(fixture)
    assert.deepEqual([after?.id, after?.name, after?.files, others], [before?.id, 'moved', pipelineFiles, []])
  }))

/** Plans a scan of one directory without its subdirectories. */
const planOf = ({ database, folder }: LibraryFixture, directory: string) =>
  planScan({
    known: openKnownEntries(database),
    folder: { id: 1, path: folder },
    scopes: [{ directory, deep: false }],
    exclusions: compileExclusions(),
    onDirectory: () => {},
  })

test('a change in the folder of a component is a change of its pipeline', () =>
  withLibraryFolder(async (fixture) => {
    await putPipeline(fixture)
    await fixture.scan()
    const same = await planOf(fixture, `${pipeline}/unet`)
    assert.deepEqual([same.changed, same.unchanged, same.gone], [[], 1, []])
    await fixture.put(`${pipeline}/unet/model.bf16.safetensors`, safetensors('another'))
    for (const directory of [`${pipeline}/unet`, pipeline]) {
      const plan = await planOf(fixture, directory)
      assert.deepEqual(
        plan.changed.map(({ entry, isNew }) => [entry.stem, entry.models.length, isNew]),
        [[`${pipeline}/model_index`, 6, false]],
      )
      assert.deepEqual(plan.gone, [])
    }
  }))

test('a change in a pipeline folder that is no component is detected', () =>
  withLibraryFolder(async (fixture) => {
    await putPipeline(fixture)
    await fixture.put(`${pipeline}/extra/owl.safetensors`, safetensors('owl'))
    await fixture.scan()
    await fixture.put(`${pipeline}/extra/fox.safetensors`, safetensors('fox'))
    await rm(join(fixture.folder, pipeline, 'extra/owl.safetensors'))
    const plan = await planOf(fixture, `${pipeline}/extra`)
    assert.deepEqual(
      plan.changed.map(({ entry }) => entry.stem),
      [`${pipeline}/extra/fox`],
    )
    assert.equal(plan.gone.length, 1)
  }))

test('of copies with a generic name, the one in an informative folder names the model', () =>
  withLibraryFolder(async (fixture) => {
    for (const path of ['model.safetensors', 'z-fox/model.safetensors']) await fixture.put(path, safetensors('fox'))
    await fixture.scan()
    assert.deepEqual(
      (await listed(fixture)).map(({ name }) => name),
      ['z-fox'],
    )
  }))
