import assert from 'node:assert/strict'
import { link, mkdir, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { hubItself } from '../../audit/actor-context.ts'
import { readBaseModelSources } from '../../catalog/models/list/base-model-sources.ts'
import {
  civitaiInfo,
  type LibraryFixture,
  safetensors,
  scanWhole,
  sha256Of,
  withLibraryFolder,
} from '../library.fixture.ts'

interface Listed {
  model: number
  version: number
  name: string
  file: string | null
  listed: number
}

const listed = ({ rows }: LibraryFixture) =>
  rows<Listed>(`select model.id as model, model_version.id as version, model.name, model_file.name as file, listed
    from model join model_version on model_id = model.id left join model_file on version_id = model_version.id
    order by model.id, model_version.id, model_file.name`)

test('a new file becomes a model with a local id, and a second scan reads nothing', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('loras/fox_v2.safetensors', safetensors('fox'))
    const first = await fixture.scan()
    assert.deepEqual([first.added, first.hashedFiles, first.problems], [1, 1, []])
    const [fox] = await listed(fixture)
    assert.deepEqual(fox, {
      model: 1_000_000_000,
      version: 1_000_000_000,
      name: 'fox',
      file: 'fox_v2.safetensors',
      listed: 1,
    })
    const second = await fixture.scan()
    assert.deepEqual([second.added, second.changed, second.unchanged, second.hashedFiles], [0, 0, 1, 0])
  }))

test('a moved and renamed file keeps its ids and is not read again', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    await fixture.scan()
    const [before] = await listed(fixture)
    await mkdir(join(fixture.folder, 'loras'))
    await rename(join(fixture.folder, 'fox.safetensors'), join(fixture.folder, 'loras/wolf.safetensors'))
    const { added, removed, hashedFiles } = await fixture.scan()
    assert.deepEqual([added, removed, hashedFiles], [1, 1, 0])
    assert.deepEqual(await listed(fixture), [{ ...before, name: 'wolf', file: 'wolf.safetensors' }])
    assert.deepEqual(await fixture.rows('select path from file_place'), [{ path: 'loras/wolf.safetensors' }])
  }))

test('a copy is a second place of one file, and stays when the first is deleted', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('a/fox.safetensors', safetensors('fox'))
    await fixture.scan()
    await fixture.put('b/copy of fox.safetensors', safetensors('fox'))
    await fixture.scan()
    assert.equal((await listed(fixture)).length, 1)
    assert.equal((await fixture.rows('select id from file_place')).length, 2)
    await rm(join(fixture.folder, 'a'), { recursive: true })
    await fixture.scan()
    const [left] = await listed(fixture)
    assert.deepEqual([left?.version, left?.file, left?.name], [1_000_000_000, 'copy of fox.safetensors', 'copy of fox'])
  }))

test('a deleted file gets its ids back when the same bytes return', () =>
  withLibraryFolder(async (fixture) => {
    const ids = () =>
      fixture.rows(
        'select model_file.id, version_id, model_id from model_file join model_version on version_id = model_version.id',
      )
    await fixture.put('fox.safetensors', safetensors('fox'))
    await fixture.put('wolf.safetensors', safetensors('wolf'))
    await fixture.scan()
    const before = await ids()
    await rm(join(fixture.folder, 'fox.safetensors'))
    await fixture.scan()
    assert.equal((await ids()).length, 1)
    await fixture.put('another.safetensors', safetensors('another'))
    await fixture.scan()
    await fixture.put('loras/renamed.safetensors', safetensors('fox'))
    await fixture.scan()
    assert.deepEqual((await ids()).slice(0, 2), before)
    assert.deepEqual(await fixture.rows('select * from dropped_file'), [])
  }))

test('recycle bins, snapshots and system folders are excluded, even if they were indexed before', () =>
  withLibraryFolder(async (fixture) => {
    for (const place of [
      '#recycle/loras',
      '$Recycle.Bin/S-1',
      'a/@eaDir',
      'lost+found',
      '@Recently-Snapshot/1',
      'recycle',
    ])
      await fixture.put(`${place}/fox.safetensors`, safetensors(place))
    await fixture.put('fox.safetensors', safetensors('fox'))
    assert.equal((await fixture.scan()).added, 2)
    assert.deepEqual(await fixture.rows('select path from file_place order by path'), [
      { path: 'fox.safetensors' },
      { path: 'recycle/fox.safetensors' },
    ])

    // As written by a version that did not exclude them.
    await fixture.database.kysely
      .updateTable('library_entry')
      .set({ directory: '#recycle/loras', fingerprint: '' })
      .where('directory', '=', 'recycle')
      .execute()
    await rm(join(fixture.folder, 'recycle'), { recursive: true })
    assert.equal((await fixture.scan()).removed, 1)
    assert.deepEqual(await fixture.rows('select path from file_place'), [{ path: 'fox.safetensors' }])
  }))

test('configured exclusions apply from the next scan on', () =>
  withLibraryFolder(async (fixture) => {
    for (const path of ['venv/a', 'comfy/custom_nodes/x/b', 'loras/c', 'loras/c.bak'])
      await fixture.put(`${path}.safetensors`, safetensors(path))
    assert.equal((await fixture.scan()).added, 4)
    const exclude = ['venv', 'custom_nodes/', '*.bak.safetensors']
    const excluding = fixture.reopen({ exclude })
    assert.equal((await scanWhole(excluding)).removed, 3)
    assert.deepEqual(await fixture.rows('select path from file_place'), [{ path: 'loras/c.safetensors' }])
    assert.deepEqual((await excluding.summarize()).exclusions.custom, exclude)
    await excluding.close()
  }))

test('exclusions do not apply to the name of the library folder itself', () =>
  withLibraryFolder(async (fixture) => {
    const folder = join(fixture.dataDirectory, '../#recycle/@eaDir')
    await mkdir(folder, { recursive: true })
    await fixture.library.addFolders([folder], hubItself)
    await fixture.put('../#recycle/@eaDir/fox.safetensors', safetensors('fox'))
    assert.equal((await fixture.scan()).added, 1)
  }))

test('a web page, an error message and a pointer with a model file name are left out with a reason', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('page.safetensors', '<!doctype html><title>Sign in</title>')
    await fixture.put('error.ckpt', '{"error": "Unauthorized"}')
    await fixture.put('pointer.gguf', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n')
    await fixture.put('xml.zip', '<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>')
    await fixture.put('good.safetensors', safetensors('good'))
    const { problems } = await fixture.scan()
    assert.deepEqual(
      problems.map(({ path, reason }) => [path.slice(fixture.folder.length + 1), reason]),
      [
        ['error.ckpt', 'it is a JSON text that says "Unauthorized", not a model'],
        ['page.safetensors', 'it is a web page that says "Sign in", not a model'],
        ['pointer.gguf', 'it is a Git LFS pointer (run git lfs pull to download the file), not a model'],
        ['xml.zip', 'it is an XML text that says "NoSuchKey", not a model'],
      ],
    )
    assert.deepEqual(
      (await listed(fixture)).map(({ name }) => name),
      ['good'],
    )
  }))

test('a model whose file becomes a web page is missing, and gets its ids back with the file', () =>
  withLibraryFolder(async (fixture) => {
    for (const extension of ['safetensors', 'ckpt']) {
      const bytes = Buffer.concat([extension === 'ckpt' ? Buffer.from([0x80, 2]) : Buffer.alloc(0), safetensors('fox')])
      await fixture.put(`fox.${extension}`, bytes)
      await fixture.scan()
      const before = await listed(fixture)
      assert.equal(before.at(-1)?.listed, 1)
      await fixture.put(`fox.${extension}`, '<html><body>502 Bad Gateway</body></html>')
      assert.equal((await fixture.scan()).problems.length, 1)
      assert.deepEqual(await fixture.rows('select path from file_place'), [])
      assert.equal((await listed(fixture)).at(-1)?.listed, 0)
      await fixture.put(`fox.${extension}`, bytes)
      assert.deepEqual((await fixture.scan()).problems, [])
      assert.deepEqual(await listed(fixture), before)
      await rm(join(fixture.folder, `fox.${extension}`))
      await fixture.scan()
    }
  }))

test('the bytes decide the format of a model, not its name, and a header without tensors is a part', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('a.ckpt', safetensors('a'))
    await fixture.put('b.safetensors', Buffer.from([0x80, 2, 0x8a, 0x0a, 1, 0x2e]))
    await fixture.put('c.safetensors', Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('{}')]))
    assert.deepEqual((await fixture.scan()).problems, [])
    assert.deepEqual(
      await fixture.rows('select name, format, pickle_scan_result as scan from model_file order by name'),
      [
        { name: 'a.ckpt', format: 'SafeTensor', scan: 'Success' },
        { name: 'b.safetensors', format: 'PickleTensor', scan: 'Pending' },
        { name: 'c.safetensors', format: 'SafeTensor', scan: 'Success' },
      ],
    )
  }))

test('a base model that the tensors exclude is stored as overridden, also by the next scan', () =>
  withLibraryFolder(async (fixture) => {
    const tensor = { dtype: 'U8', shape: [1, 3840], data_offsets: [0, 3840] }
    const header = JSON.stringify({
      __metadata__: { ss_base_model_version: 'sd_1.5' },
      'diffusion_model.layers.0.attention.to_k.lora_A.weight': tensor,
    })
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(header.length))
    await fixture.put('fox.safetensors', Buffer.concat([length, Buffer.from(header), Buffer.alloc(3840)]))
    for (const note of ['a fox', 'a red fox']) {
      await fixture.put('fox.txt', note)
      await fixture.scan()
      const [row] = await fixture.rows<{ model_id: number; base_model: string; provenance: string }>(
        'select model_id, base_model, provenance from model_version',
      )
      assert.ok(row)
      const { baseModel, setAside } = readBaseModelSources(row)
      assert.equal(baseModel, 'Other')
      assert.deepEqual(setAside, [
        {
          baseModel: 'SD 1.5',
          source: 'header',
          where: 'ss_base_model_version',
          tensors: 'unknown',
          isTaken: false,
        },
      ])
    }
  }))

test('a hard link is not read again', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    await fixture.scan()
    await link(join(fixture.folder, 'fox.safetensors'), join(fixture.folder, 'fox2.safetensors'))
    assert.equal((await fixture.scan()).hashedFiles, 0)
  }))

test('deleting a file removes its model, its tags and its creator from lists', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('fox')
    await fixture.put('fox.safetensors', bytes)
    await fixture.put('fox.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes))
    await fixture.scan()
    const counts = 'select (select sum(model_count) from tag) as tags, (select sum(model_count) from account) as makers'
    assert.deepEqual(await fixture.rows(counts), [{ tags: 1, makers: 1 }])
    await rm(join(fixture.folder, 'fox.safetensors'))
    await rm(join(fixture.folder, 'fox.civitai.info'))
    assert.equal((await fixture.scan()).removed, 1)
    assert.deepEqual(await listed(fixture), [])
    assert.deepEqual(await fixture.rows(counts), [{ tags: 0, makers: 0 }])
    for (const table of ['file_hash', 'file_place', 'lost_file', 'image', 'model_text', 'model_tag'])
      assert.deepEqual(await fixture.rows(`select * from ${table}`), [], table)
  }))

test('a version without files stays, in no list, while a sidecar names it', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('fox')
    await fixture.put('fox.safetensors', bytes)
    await fixture.put('fox.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes))
    await fixture.scan()
    await rm(join(fixture.folder, 'fox.safetensors'))
    await fixture.scan()
    assert.deepEqual(await listed(fixture), [{ model: 7, version: 70, name: 'Model 7', file: null, listed: 0 }])
    await fixture.put('fox.safetensors', bytes)
    await fixture.scan()
    assert.equal((await listed(fixture))[0]?.listed, 1)
  }))

test('an edit keeps a version whose file is gone', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    await fixture.scan()
    await fixture.database.kysely.updateTable('model').set({ edited_at: 1 }).execute()
    await rm(join(fixture.folder, 'fox.safetensors'))
    await fixture.scan()
    assert.deepEqual(
      (await listed(fixture)).map(({ file, listed }) => [file, listed]),
      [[null, 0]],
    )
  }))

test('a sidecar added later gives site ids, and favorites follow', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('fox')
    await fixture.put('fox.safetensors', bytes)
    await fixture.scan()
    const mark = { account_id: 1, kind: 'favorite', model_id: 1_000_000_000, created_at: 1 } as const
    await fixture.database.kysely.insertInto('account_model').values(mark).execute()
    await fixture.put('fox.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes))
    const { changed, hashedFiles } = await fixture.scan()
    assert.deepEqual([changed, hashedFiles], [1, 0])
    assert.deepEqual(
      (await listed(fixture)).map(({ model, version }) => [model, version]),
      [[7, 70]],
    )
    assert.deepEqual(await fixture.rows('select model_id from account_model'), [{ model_id: 7 }])
    assert.deepEqual(await fixture.rows('select thumbs_up_count as up from model'), [{ up: 1 }])
  }))

test('the most informative entry decides the facts of a version; when it is removed, the next does', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('fox')
    const ids = { modelId: 7, versionId: 70 }
    await fixture.put('a/fox.safetensors', safetensors('another'))
    await fixture.put('a/fox.civitai.info', civitaiInfo(ids, bytes, { name: 'of another file' }))
    await fixture.put('b/fox.safetensors', bytes)
    await fixture.put('b/fox.civitai.info', civitaiInfo(ids, bytes, { name: 'of this file' }))
    await fixture.scan()
    const names = () => fixture.rows('select name from model_version')
    assert.deepEqual(await names(), [{ name: 'of this file' }])
    await rm(join(fixture.folder, 'b'), { recursive: true })
    await fixture.scan()
    assert.deepEqual(await names(), [{ name: 'of another file' }])
  }))

test('an overwritten file keeps its version, which loses the old bytes', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    await fixture.scan()
    const other = safetensors('a longer name for a fox', { note: 'longer' })
    await fixture.put('fox.safetensors', other)
    await fixture.scan()
    assert.deepEqual(await fixture.rows('select version_id, sha256 from model_file'), [
      { version_id: 1_000_000_000, sha256: sha256Of(other) },
    ])
  }))

test('versions of one model are ordered newest first, and the newest names the model', () =>
  withLibraryFolder(async (fixture) => {
    for (const [versionId, year, model] of [
      [71, 2024, 'Old name'],
      [72, 2026, 'New name'],
      [70, 2025, 'Middle name'],
    ] as const) {
      const bytes = safetensors(String(versionId))
      await fixture.put(`v${versionId}.safetensors`, bytes)
      const more = { publishedAt: `${year}-01-01T00:00:00Z`, model: { name: model, type: 'LORA' } }
      await fixture.put(`v${versionId}.civitai.info`, civitaiInfo({ modelId: 7, versionId }, bytes, more))
    }
    await fixture.scan()
    assert.deepEqual(await fixture.rows('select id from model_version order by position'), [
      { id: 72 },
      { id: 70 },
      { id: 71 },
    ])
    assert.deepEqual(await fixture.rows('select name from model'), [{ name: 'New name' }])
  }))

test('one file of several versions with different site ids is a file of each', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('twin')
    for (const versionId of [70, 71]) {
      await fixture.put(`t${versionId}.safetensors`, bytes)
      await fixture.put(`t${versionId}.civitai.info`, civitaiInfo({ modelId: versionId - 60, versionId }, bytes))
    }
    await fixture.scan()
    assert.deepEqual(
      (await listed(fixture)).map(({ version }) => version),
      [70, 71],
    )
  }))

test('a copy without a sidecar joins the version of a copy with one, whichever is found first', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('fox')
    await fixture.put('a.safetensors', bytes)
    await fixture.put('b.safetensors', bytes)
    await fixture.put('b.civitai.info', civitaiInfo({ modelId: 7, versionId: 70 }, bytes))
    await fixture.scan()
    assert.deepEqual(
      (await listed(fixture)).map(({ model, version }) => [model, version]),
      [[7, 70]],
    )
  }))

test('an id in the local range in a sidecar is ignored', () =>
  withLibraryFolder(async (fixture) => {
    const bytes = safetensors('fox')
    await fixture.put('fox.safetensors', bytes)
    await fixture.put('fox.civitai.info', civitaiInfo({ modelId: 1_000_000_005, versionId: 1_000_000_006 }, bytes))
    await fixture.scan()
    const [fox] = await listed(fixture)
    assert.deepEqual([fox?.model, fox?.version], [1_000_000_000, 1_000_000_000])
  }))

test('a stopped scan records the entries it has read, and the next one continues', () =>
  withLibraryFolder(async (fixture) => {
    for (let number = 0; number < 60; number++)
      await fixture.put(`m${number}.safetensors`, safetensors(`number ${number}`))
    const stop = new AbortController()
    let stopped: boolean | undefined
    for await (const event of fixture.library.scan({ signal: stop.signal })) {
      if (event.kind === 'reading') stop.abort()
      if (event.kind === 'done') stopped = !event.summary.complete
    }
    const [{ count: before } = { count: 0 }] = await fixture.rows<{ count: number }>(
      'select count(*) as count from model',
    )
    const summary = await fixture.scan()
    assert.equal(summary.added + before, 60)
    assert.equal((await listed(fixture)).length, 60)
    assert.equal(summary.unchanged, before)
    assert.ok(stopped || before === 60)
  }))

test('files on an unmounted disk stay', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    await fixture.scan()
    await rename(fixture.folder, `${fixture.folder}-away`)
    const missing = await fixture.scan()
    assert.equal(missing.problems[0]?.path, fixture.folder)
    await mkdir(fixture.folder)
    const empty = await fixture.scan()
    assert.match(empty.problems[0]?.reason ?? '', /mounted/)
    assert.equal((await listed(fixture)).length, 1)
    await rm(fixture.folder, { recursive: true })
    await rename(`${fixture.folder}-away`, fixture.folder)
    const back = await fixture.scan()
    assert.deepEqual([back.unchanged, back.problems], [1, []])
  }))

test('files of an emptied folder are removed', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    await fixture.scan()
    await rm(join(fixture.folder, 'fox.safetensors'))
    await fixture.scan()
    assert.deepEqual(await listed(fixture), [])
  }))

test('a file that is still being written is read when it is complete', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    const now = Date.now() / 1000
    await utimes(join(fixture.folder, 'fox.safetensors'), now, now)
    const { added, seconds } = await fixture.scan()
    assert.equal(added, 1)
    assert.ok(seconds > 1, 'it waited')
  }))

test('removing a folder removes everything that only it has', () =>
  withLibraryFolder(async (fixture) => {
    await fixture.put('fox.safetensors', safetensors('fox'))
    await fixture.scan()
    assert.equal(await fixture.library.removeFolder(fixture.folder, hubItself), true)
    assert.deepEqual(await listed(fixture), [])
    assert.deepEqual(await fixture.library.folders(), [])
    assert.equal(await fixture.library.removeFolder(fixture.folder, hubItself), false)
  }))
