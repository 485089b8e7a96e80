import assert from 'node:assert/strict'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { eventually } from '../../../test/eventually.ts'
import { civitaiInfo, type LibraryFixture, safetensors, scanWhole, withLibraryFolder } from '../library.fixture.ts'

interface Watched extends LibraryFixture {
  /** Waits until the catalog has these file names. */
  become(...names: string[]): Promise<void>
}

const withWatch = (run: (watched: Watched) => Promise<void>) =>
  withLibraryFolder(async (fixture) => {
    const errors: unknown[] = []
    const onError = (error: unknown) => errors.push(error)
    const watch = await fixture.library.watch({
      onScan: () => undefined,
      onFolders: () => undefined,
      onError,
      onScanFailed: onError,
    })
    try {
      await run({
        ...fixture,
        async become(...names) {
          let found: string[] = []
          await eventually(
            async () => {
              const rows = await fixture.rows<{ name: string }>('select name from model_file order by name')
              found = rows.map(({ name }) => name)
              return found.join() === names.join()
            },
            () => `${found.join()} becomes ${names.join()}`,
          )
        },
      })
      assert.deepEqual(errors, [])
    } finally {
      await watch.close()
    }
  })

test('a new file appears only when it is complete', () =>
  withWatch(async ({ folder, rows, become }) => {
    const bytes = safetensors('fox')
    await mkdir(join(folder, 'loras/new'), { recursive: true })
    await using file = await open(join(folder, 'loras/new/fox.safetensors'), 'w')
    for (let at = 0; at < bytes.length; at += 32) {
      await file.write(bytes.subarray(at, at + 32))
      await new Promise((resolve) => setTimeout(resolve, 400))
      assert.deepEqual(await rows('select id from model_file'), [])
    }
    await become('fox.safetensors')
  }))

test('a deleted file disappears, and a moved one keeps its id', () =>
  withWatch(async ({ folder, library, put, rows, become }) => {
    await put('a.safetensors', safetensors('a'))
    await put('b.safetensors', safetensors('b'))
    await scanWhole(library)
    await mkdir(join(folder, 'moved'))
    const ids = () => rows('select id, sha256 from model_file order by id')
    const before = await ids()
    await rename(join(folder, 'a.safetensors'), join(folder, 'moved/c.safetensors'))
    await become('b.safetensors', 'c.safetensors')
    assert.deepEqual(await ids(), before)
    await rm(join(folder, 'b.safetensors'))
    await become('c.safetensors')
  }))

test('a move into a recycle bin acts like a deletion, and a move back restores the ids', () =>
  withWatch(async ({ folder, library, put, rows, become }) => {
    await put('loras/keep.safetensors', safetensors('keep'))
    await put('loras/good.safetensors', safetensors('good'))
    await scanWhole(library)
    const ids = () =>
      rows(`select model_file.id, version_id, model_id, sha256, listed from model_file
        join model_version on version_id = model_version.id join model on model_id = model.id order by model_file.id`)
    const before = await ids()
    for (const bin of ['#recycle/loras', 'loras/#Recycle', '#recycle-at-once']) {
      await mkdir(join(folder, bin), { recursive: true })
      const within = bin === '#recycle-at-once' ? join(folder, bin, '@eaDir') : join(folder, bin)
      await mkdir(within, { recursive: true })
      await rename(join(folder, 'loras/keep.safetensors'), join(within, 'keep.safetensors'))
      await become('good.safetensors')
      assert.deepEqual(await rows('select name from model where listed = 1'), [{ name: 'good' }])
      await rename(join(within, 'keep.safetensors'), join(folder, 'loras/keep.safetensors'))
      await become('good.safetensors', 'keep.safetensors')
      assert.deepEqual(await ids(), before)
    }
  }))

test('a sidecar written next to a known file is read', () =>
  withWatch(async ({ folder, library, put, rows }) => {
    const bytes = safetensors('fox')
    await put('fox.safetensors', bytes)
    await scanWhole(library)
    await writeFile(join(folder, 'fox.civitai.info'), civitaiInfo({ modelId: 7, versionId: 70 }, bytes))
    await eventually(
      async () => (await rows<{ id: number }>('select id from model'))[0]?.id === 7,
      'the sidecar is read',
    )
  }))

test('changes that a full disk prevents from being recorded are recorded later without another change', () =>
  withLibraryFolder(async ({ library, database, put, rows }) => {
    await put('known.safetensors', safetensors('known'))
    await scanWhole(library)
    const failures: unknown[] = []
    const onScanFailed = (error: unknown) => failures.push(error)
    const ignore = () => undefined
    const watch = await library.watch({ onScan: ignore, onFolders: ignore, onError: ignore, onScanFailed })
    const setMaxPages = (count: number) =>
      database.write((transaction) => sql.raw(`pragma max_page_count = ${count}`).execute(transaction))
    const names = Array.from({ length: 200 }, (_, index) => `${'x'.repeat(150)}${index}x.safetensors`)
    try {
      // The current number of pages is the minimum: SQLite reports a full disk for the next page.
      await setMaxPages(1)
      await Promise.all(names.map((name) => put(name, safetensors(name))))
      await eventually(() => failures.length > 0, 'the scan fails')
      // The system has reported the changes by then.
      await pause(3000)
      await setMaxPages(1_000_000)
      await eventually(
        async () => (await rows('select id from model_file')).length === names.length + 1,
        'all changes are recorded',
      )
    } finally {
      await watch.close()
    }
  }))
