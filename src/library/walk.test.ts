import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { walk } from './walk.ts'

test('each file of a large directory is found once, in order, and those of directories after them', async () => {
  const root = await mkdtemp(join(tmpdir(), 'modelkeep-walk-'))
  try {
    const names = Array.from({ length: 200 }, (_, index) => `${String(index).padStart(3, '0')}.safetensors`)
    await Promise.all(names.map((name) => writeFile(join(root, name), name)))
    await mkdir(join(root, '100 below'))
    await writeFile(join(root, '100 below/a.safetensors'), '')
    const steps = await Array.fromAsync(walk(root))
    assert.deepEqual(
      steps.map((step) => step.kind === 'directory' && [step.path, step.files.map(({ path }) => path)]),
      [
        ['', names],
        ['100 below', ['100 below/a.safetensors']],
      ],
    )
  } finally {
    await rm(root, { recursive: true })
  }
})
