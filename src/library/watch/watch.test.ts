import assert from 'node:assert/strict'
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../../test/eventually.ts'
import { compileExclusions } from './exclusions.ts'
import { watchDirectories } from './watch.ts'

interface Watched {
  folder: string
  /** Does something and waits until every one of these directories was told of. */
  tells(directories: string[], change: () => Promise<unknown>): Promise<void>
  told: ReadonlySet<string>
}

async function withWatch(prepare: (folder: string) => Promise<unknown>, run: (watched: Watched) => Promise<void>) {
  const outside = await mkdtemp(join(tmpdir(), 'modelkeep-watch-'))
  const folder = join(outside, 'models')
  await mkdir(folder)
  await prepare(folder)
  const told = new Set<string>()
  const errors: unknown[] = []
  const watch = await watchDirectories({
    folders: [folder],
    exclusions: compileExclusions(['venv']),
    onChange: (_folder, directory) => void told.add(directory),
    onError: (error) => void errors.push(error),
  })
  try {
    await run({
      folder,
      told,
      async tells(directories, change) {
        told.clear()
        await change()
        await eventually(
          () => directories.every((directory) => told.has(directory)),
          () => `told of ${[...told].join(', ')} and not of ${directories.join(', ')}`,
        )
      },
    })
    assert.deepEqual(errors, [])
  } finally {
    await watch.close()
    // The system's handles close a moment later.
    await eventually(
      () => !process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSEvent')),
      'nothing is watched any more',
    )
    await rm(outside, { recursive: true })
  }
}

test('excluded folders are not watched, also those that come later', () =>
  withWatch(
    (folder) => mkdir(join(folder, 'loras/venv/deep'), { recursive: true }),
    async ({ folder, tells, told }) => {
      await tells(['', '#recycle-not'], () => mkdir(join(folder, '#recycle-not')))
      await mkdir(join(folder, '#Recycle/deep'), { recursive: true })
      await writeFile(join(folder, '#Recycle/deep/x.safetensors'), 'x')
      await writeFile(join(folder, 'loras/venv/deep/x.safetensors'), 'x')
      await tells(['loras'], () => writeFile(join(folder, 'loras/a.safetensors'), 'one'))
      assert.deepEqual(
        [...told].filter((directory) => /#Recycle\b|venv/.test(directory)),
        [],
      )
    },
  ))

test('files that come, grow, get another name and go are told of by their directory', () =>
  withWatch(
    (folder) => mkdir(join(folder, 'loras/deep'), { recursive: true }),
    async ({ folder, tells }) => {
      await tells([''], () => writeFile(join(folder, 'a.safetensors'), 'one'))
      await tells(['loras/deep'], () => writeFile(join(folder, 'loras/deep/b.safetensors'), 'one'))
      await tells(['loras/deep'], () => appendFile(join(folder, 'loras/deep/b.safetensors'), 'two'))
      await tells(['', 'loras'], () => rename(join(folder, 'a.safetensors'), join(folder, 'loras/c.safetensors')))
      await tells(['loras'], () => rm(join(folder, 'loras/c.safetensors')))
    },
  ))

test('a directory that comes with content is told of, and watched from then on', () =>
  withWatch(
    async (folder) => {
      await mkdir(join(folder, '../new/inner'), { recursive: true })
      await writeFile(join(folder, '../new/inner/a.safetensors'), 'one')
    },
    async ({ folder, tells }) => {
      await tells(['new', 'new/inner'], () => rename(join(folder, '../new'), join(folder, 'new')))
      await tells(['new/inner'], () => appendFile(join(folder, 'new/inner/a.safetensors'), 'two'))
      await tells([''], () => rm(join(folder, 'new'), { recursive: true }))
    },
  ))

test('a link in a circle ends nothing', () =>
  withWatch(
    async (folder) => {
      await mkdir(join(folder, 'loras'))
      await symlink('..', join(folder, 'loras/up'))
    },
    async ({ folder, tells }) => {
      await tells(['loras'], () => writeFile(join(folder, 'loras/a.safetensors'), 'one'))
    },
  ))

test('directories that come one right after the other are all watched', () =>
  withWatch(
    async () => undefined,
    async ({ folder, tells }) => {
      for (const milliseconds of [0, 0, 1, 1, 2, 2, 3, 3]) {
        const path = `d${Math.random()}`
        await tells([`${path}/b/c`], async () => {
          await mkdir(join(folder, path))
          await new Promise((resolve) => setTimeout(resolve, milliseconds))
          await mkdir(join(folder, path, 'b/c'), { recursive: true })
        })
        await tells([`${path}/b/c`], () => writeFile(join(folder, path, 'b/c/x.safetensors'), 'x'))
      }
    },
  ))

test('a directory that takes the name of another is watched in its place', () =>
  withWatch(
    (folder) => mkdir(join(folder, 'a')),
    async ({ folder, tells }) => {
      await tells(['b'], async () => {
        await rename(join(folder, 'a'), join(folder, 'b'))
        await mkdir(join(folder, 'a'))
      })
      await tells(['a'], async () => {
        await rm(join(folder, 'a'), { recursive: true })
        await mkdir(join(folder, 'a'))
      })
      for (const name of ['a', 'b']) await tells([name], () => writeFile(join(folder, name, 'x.safetensors'), 'x'))
    },
  ))

test('many directories at once are all told of', () =>
  withWatch(
    async () => undefined,
    async ({ folder, tells }) => {
      const paths = Array.from({ length: 300 }, (_, index) => `m${index % 20}/n${index}`)
      await tells(paths, () =>
        Promise.all(
          paths.map(async (path) => {
            await mkdir(join(folder, path), { recursive: true })
            await writeFile(join(folder, path, 'x.ckpt'), 'x')
          }),
        ),
      )
    },
  ))
