import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
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

test('names that are not UTF-8 are reported with the true reason, next to what is read', async () => {
  const root = await mkdtemp(join(tmpdir(), 'modelkeep-walk-'))
  const named = (...parts: (string | number)[]) =>
    Buffer.concat([
      Buffer.from(`${root}/`),
      ...parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
    ])
  try {
    await mkdir(named('caf', 0xe9))
    await writeFile(named('caf', 0xe9, '/in.safetensors'), '')
    await writeFile(named('ñ-', 0xff, '.safetensors'), '')
    await writeFile(named('.', 0xff), '')
    await mkdir(join(root, 'loras'))
    await writeFile(named('loras/x', 0xc3, 0x28, 'y.safetensors'), '')
    await writeFile(join(root, 'loras/a\nb \uFFFD \\ é.safetensors'), '')
    const steps = await Array.fromAsync(walk(root))
    assert.deepEqual(
      steps.map((step) =>
        step.kind === 'problem' ? [step.path, step.reason] : [step.path, ...step.files.map(({ path }) => path)],
      ),
      [
        ['caf\\xE9', 'the name of this folder is not valid UTF-8, so nothing in it can be indexed: rename it'],
        ['ñ-\\xFF.safetensors', 'its name is not valid UTF-8, so it cannot be indexed: rename it'],
        [''],
        ['loras/x\\xC3(y.safetensors', 'its name is not valid UTF-8, so it cannot be indexed: rename it'],
        ['loras', 'loras/a\nb \uFFFD \\ é.safetensors'],
      ],
    )
  } finally {
    await rm(root, { recursive: true })
  }
})

test('a path that is too long is reported, and what is above it is read', async () => {
  const root = await mkdtemp(join(tmpdir(), 'modelkeep-walk-'))
  const name = 'd'.repeat(250)
  const depth = 17
  try {
    // Longer than the 4096 bytes that the system takes at once: mkdir makes it step by step.
    execFileSync('mkdir', ['-p', Array(depth).fill(name).join('/')], { cwd: root })
    await writeFile(join(root, 'a.safetensors'), '')
    const steps = await Array.fromAsync(walk(root))
    assert.deepEqual(
      steps.flatMap((step) => (step.kind === 'problem' ? [step.reason] : [])),
      ['its path is too long for the system'],
    )
    assert.ok(steps.some((step) => step.kind === 'directory' && step.files.length === 1))
  } finally {
    execFileSync('rm', ['-rf', root])
  }
})

test('named pipes and sockets with the name of a model are reported and never opened', async () => {
  const root = await mkdtemp(join(tmpdir(), 'modelkeep-walk-'))
  const server = createServer()
  try {
    execFileSync('mkfifo', ['pipe.safetensors', 'a.civitai.info'], { cwd: root })
    await once(server.listen(join(root, 'socket.ckpt')), 'listening')
    await symlink('pipe.safetensors', join(root, 'link.gguf'))
    await writeFile(join(root, 'a.safetensors'), '')
    const steps = await Array.fromAsync(walk(root))
    assert.deepEqual(
      steps.flatMap((step) => (step.kind === 'problem' ? [[step.path, step.reason, step.unread]] : [])),
      [
        ['a.civitai.info', 'it is a named pipe, not a file', false],
        ['link.gguf', 'it is a named pipe, not a file', false],
        ['pipe.safetensors', 'it is a named pipe, not a file', false],
        ['socket.ckpt', 'it is a socket, not a file', false],
      ],
    )
    assert.deepEqual(
      steps.flatMap((step) => (step.kind === 'directory' ? step.files.map(({ path }) => path) : [])),
      ['a.safetensors'],
    )
  } finally {
    server.close()
    await rm(root, { recursive: true })
  }
})
