import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { findInLibrary } from './resolve-in-root.ts'

async function withFolders(run: (at: { root: string; one: string; other: string }) => Promise<void>) {
  const root = await mkdtemp(join(tmpdir(), 'modelkeep-library-'))
  const [one, other] = [join(root, 'one'), join(root, 'other')]
  await mkdir(join(one, 'loras'), { recursive: true })
  await mkdir(other)
  await mkdir(join(root, 'one-secret'))
  await writeFile(join(root, 'one-secret', 'key'), 'secret')
  await writeFile(join(root, 'secret'), 'secret')
  await writeFile(join(one, 'loras', 'a.bin'), 'a')
  await writeFile(join(other, 'b.bin'), 'b')
  try {
    await run({ root, one, other })
  } finally {
    await rm(root, { recursive: true })
  }
}

test('a file of the library is found, also through links between library folders and a linked folder', () =>
  withFolders(async ({ root, one, other }) => {
    assert.equal((await findInLibrary({ folder: one, path: 'loras/a.bin' }, [one]))?.path, join(one, 'loras/a.bin'))
    await symlink(join(other, 'b.bin'), join(one, 'b.bin'))
    assert.equal((await findInLibrary({ folder: one, path: 'b.bin' }, [one, other]))?.path, join(other, 'b.bin'))
    await symlink(one, join(root, 'linked'))
    const linked = join(root, 'linked')
    assert.ok(await findInLibrary({ folder: linked, path: 'loras/a.bin' }, [linked]))
  }))

test('links and names that lead outside find nothing', () =>
  withFolders(async ({ root, one, other }) => {
    await symlink(join(root, 'secret'), join(one, 'link.bin'))
    await symlink(root, join(one, 'up'))
    await symlink(join(other, 'b.bin'), join(one, 'b.bin'))
    await symlink('loop', join(one, 'loop'))
    const paths = [
      'link.bin',
      'up/secret',
      'b.bin',
      'loop',
      '../secret',
      '../one-secret/key',
      'loras/../../secret',
      'loras',
      '.',
      '',
      'loras/a.bin/x',
      'loras/a.bin\0',
      `/${root}/secret`,
    ]
    for (const path of paths) assert.equal(await findInLibrary({ folder: one, path }, [one]), undefined, path)
  }))

test('no path whatever reaches the file beside the folder', () =>
  withFolders(async ({ one }) => {
    const segment = fc.oneof(
      fc.constantFrom('..', '.', '', 'secret', 'one-secret', 'key', 'loras', '%2e%2e', '..\\'),
      fc.string(),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 6 }), async (segments) => {
        const found = await findInLibrary({ folder: one, path: segments.join('/') }, [one])
        assert.ok(found === undefined || found.path.startsWith(`${one}/`))
      }),
    )
  }))
