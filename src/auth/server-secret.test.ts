import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { deriveKey, openServerSecret } from './server-secret.ts'

async function withDirectory(run: (directory: string) => Promise<void>) {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-secret-'))
  try {
    await run(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

test('the secret is made once, for its owner alone, and read again afterwards', () =>
  withDirectory(async (parent) => {
    const directory = join(parent, 'data')
    const secret = await openServerSecret(directory)
    assert.equal(secret.export().length, 32)
    assert.equal((await stat(join(directory, 'secret.key'))).mode & 0o777, 0o600)
    assert.ok((await openServerSecret(directory)).equals(secret))
  }))

test('processes that start at once agree on one secret and leave nothing else behind', () =>
  withDirectory(async (directory) => {
    const script = `import { openServerSecret } from ${JSON.stringify(new URL('./server-secret.ts', import.meta.url).href)}
      console.log((await openServerSecret(${JSON.stringify(directory)})).export().toString('hex'))`
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        promisify(execFile)(process.execPath, ['--eval', script]).then(({ stdout }) => stdout),
      ),
    )
    const here = await Promise.all(Array.from({ length: 20 }, () => openServerSecret(directory)))
    const all = [...answers.map((text) => text.trim()), ...here.map((key) => key.export().toString('hex'))]
    assert.equal(new Set(all).size, 1)
    assert.match(all[0] ?? '', /^[0-9a-f]{64}$/)
    assert.deepEqual(await readdir(directory), ['secret.key'])
  }))

test('a file that holds no secret is refused, not replaced', () =>
  withDirectory(async (directory) => {
    await writeFile(join(directory, 'secret.key'), 'short')
    await assert.rejects(openServerSecret(directory), {
      name: 'UnusableServerSecret',
      message: /secret\.key.*backup.*no second factor.*by passkey or provider/,
    })
    assert.equal((await stat(join(directory, 'secret.key'))).size, 5)
  }))

test(
  'a data directory that cannot be written is reported',
  { skip: process.getuid?.() === 0 && 'the superuser may write anywhere' },
  () =>
    withDirectory(async (directory) => {
      await chmod(directory, 0o500)
      await assert.rejects(openServerSecret(directory), { code: 'EACCES' })
      await chmod(directory, 0o700)
    }),
)

test('keys of different purposes differ, and none is the secret', () =>
  withDirectory(async (directory) => {
    const secret = await openServerSecret(directory)
    const [one, other] = [deriveKey(secret, 'one'), deriveKey(secret, 'other')]
    assert.ok(!one.equals(other) && !one.equals(secret))
    assert.ok(one.equals(deriveKey(secret, 'one')))
  }))
