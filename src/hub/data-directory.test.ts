import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDataDirectory } from './data-directory.ts'

const rightsOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

test('the data directory and the database are for their owner alone, where the hub makes them', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'modelkeep-store-'))
  const umask = process.umask(0)
  try {
    const made = await openDataDirectory({ data: join(parent, 'made'), database: undefined })
    for (const [name, rights] of [
      ['.', '700'],
      ['modelkeep.db', '600'],
      ['modelkeep.db-wal', '600'],
      ['modelkeep.db-shm', '600'],
      ['secret.key', '600'],
    ] as const)
      assert.equal(await rightsOf(join(made.directory, name)), rights, name)
    await made.close()

    await mkdir(join(parent, 'shared'), { mode: 0o750 })
    const shared = await openDataDirectory({ data: join(parent, 'shared'), database: undefined })
    assert.equal(await rightsOf(shared.directory), '750', 'what the owner made stays as it is')
    await shared.close()
  } finally {
    process.umask(umask)
    await rm(parent, { recursive: true })
  }
})
