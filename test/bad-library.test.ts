import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { safetensors } from './conformance/model-file.ts'

/*
 * What a library folder may hold by accident or by malice: the command line says what is wrong with each file, and reads
 * the rest.
 */

const program = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const directories: string[] = []
after(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))))

async function makeFolder(files: Record<string, Uint8Array | string>): Promise<{ folder: string; data: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'modelkeep-bad-'))
  directories.push(directory)
  const folder = join(directory, 'models')
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return { folder, data: join(directory, 'data') }
}

interface Summary {
  added: number
  complete: boolean
  problems: { path: string; reason: string }[]
}

async function scan({ folder, data }: { folder: string; data: string }, options: object = {}): Promise<Summary> {
  const line = [program, 'scan', folder, '--data', data, '--json']
  const { stdout } = await promisify(execFile)(process.execPath, line, { encoding: 'utf8', ...options })
  return JSON.parse(stdout) as Summary
}

function length(count: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(count)
  return bytes
}

const good = safetensors('good', 100)

test('each bad file has its line, and the good one beside them is read', async () => {
  const bad = {
    'truncated.safetensors': good.subarray(0, good.length - 50),
    'endless.safetensors': Buffer.concat([length(2n ** 63n), Buffer.alloc(100)]),
    'no-json.safetensors': Buffer.concat([length(20n), Buffer.from('{"weight": not json}'), Buffer.alloc(100)]),
    'empty.safetensors': '',
    'empty.ckpt': '',
  }
  const { folder, data } = await makeFolder({ ...bad, 'good.safetensors': good })
  const { added, problems, complete } = await scan({ folder, data })
  assert.equal(complete, true)
  for (const name of Object.keys(bad)) {
    const lines = problems.filter(({ path }) => path === join(folder, name))
    assert.equal(lines.length, 1, `${name}: ${JSON.stringify(problems)}`)
    assert.ok((lines[0]?.reason.length ?? 0) > 5)
  }
  assert.equal(problems.length, Object.keys(bad).length)
  assert.ok(added >= 1)
  assert.deepEqual((await scan({ folder, data })).problems, problems, 'they stand until they are gone')
  await copyFile(join(folder, 'good.safetensors'), join(folder, 'truncated.safetensors'))
  assert.equal((await scan({ folder, data })).problems.length, problems.length - 1)
})

test('a sidecar of the wrong types is used as far as it can be', async () => {
  const sidecar = { id: 'seven', modelId: [7], name: 12, trainedWords: 'fox', baseModel: {}, model: 'fox', images: 5 }
  const { folder, data } = await makeFolder({
    'good.safetensors': good,
    'good.civitai.info': JSON.stringify(sidecar),
    'good.json': '\uFEFF["no object"]',
  })
  const { added, problems } = await scan({ folder, data })
  assert.equal(added, 1)
  assert.ok(problems.some(({ path }) => path === join(folder, 'good.civitai.info')))
  assert.ok(problems.some(({ path, reason }) => path === join(folder, 'good.json') && /object/.test(reason)))
})

test('links in circles, out of the folder and to nothing are named, and the rest is read', async () => {
  const { folder, data } = await makeFolder({ 'good.safetensors': good })
  await symlink('.', join(folder, 'itself'))
  await symlink('two.safetensors', join(folder, 'one.safetensors'))
  await symlink('one.safetensors', join(folder, 'two.safetensors'))
  await symlink('/etc', join(folder, 'outside'))
  await symlink('nowhere', join(folder, 'nothing.safetensors'))
  const { added, problems } = await scan({ folder, data })
  assert.equal(added, 1)
  const reasons = Object.fromEntries(problems.map(({ path, reason }) => [path.slice(folder.length + 1), reason]))
  assert.match(reasons.itself ?? '', /circle/)
  assert.match(reasons['one.safetensors'] ?? '', /circle/)
  assert.match(reasons.outside ?? '', /leads out/)
  assert.match(reasons['nothing.safetensors'] ?? '', /leads nowhere/)
})

test('a folder without permission is named, and what was known of it stays', async () => {
  const { folder, data } = await makeFolder({ 'good.safetensors': good })
  const closed = join(folder, 'closed')
  await mkdir(closed)
  await writeFile(join(closed, 'hidden.safetensors'), safetensors('hidden', 50))
  await mkdir(data)
  // The superuser may read anything, so the scan is somebody else's.
  const nobody = 65_534
  const asNobody = process.getuid?.() === 0 ? { uid: nobody, gid: nobody, env: { HOME: data } } : {}
  if ('uid' in asNobody)
    for (const path of [join(folder, '..'), folder, closed, data]) await chown(path, nobody, nobody)
  assert.equal((await scan({ folder, data }, asNobody)).added, 2)
  await chmod(closed, 0)
  const { problems } = await scan({ folder, data }, asNobody)
  assert.deepEqual(problems, [{ path: closed, reason: 'permission denied' }])
  await chmod(closed, 0o700)
  const back = (await scan({ folder, data }, asNobody)) as Summary & { unchanged: number }
  assert.deepEqual([back.unchanged, back.added, back.problems], [2, 0, []])
})

test('a data directory on a full disk ends a scan with one line, and nothing that was recorded is lost', async (context) => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, number) => [`m${number}.safetensors`, safetensors(`full ${number}`, 50)]),
  )
  const { folder, data } = await makeFolder(files)
  await mkdir(data)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', data], { stdio: 'ignore' })
  } catch {
    context.skip('a small disk cannot be mounted here')
    return
  }
  try {
    const child = spawn(process.execPath, [program, 'scan', folder, '--data', data, '--json'])
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise((resolve) => child.once('close', resolve)),
    ])
    assert.equal(code, 1, stderr)
    assert.equal(stdout, '')
    assert.match(stderr.trimEnd(), /^modelkeep: .*full.*$/)
    // With room again, the next scan goes on from what was recorded.
    execFileSync('mount', ['-o', 'remount,size=200m', data])
    const again = (await scan({ folder, data })) as Summary & { unchanged: number }
    assert.equal(again.added + again.unchanged, 300)
    assert.ok(again.complete)
  } finally {
    execFileSync('umount', [data])
  }
})
