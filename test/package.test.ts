import assert from 'node:assert/strict'
import { execFile, type PromiseWithChild } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/*
 * What is published: built from a copy, so that the checkout stays as it is, and run by plain Node. Between source and
 * package the names of files change (`.ts`, `.js`), worker threads' among them.
 */

const checkout = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
let directory: string
let files: string[]

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'modelkeep-package-'))
  await run(process.execPath, [
    join(checkout, 'node_modules/typescript/bin/tsc'),
    '-p',
    join(checkout, 'tsconfig.build.json'),
    '--outDir',
    join(directory, 'dist'),
  ])
  for (const name of ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'SECURITY.md', 'docs'])
    await cp(join(checkout, name), join(directory, name), { recursive: true })
  await symlink(join(checkout, 'node_modules'), join(directory, 'node_modules'), 'junction')
  const { stdout } = await run('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { cwd: directory })
  files = (JSON.parse(stdout) as { files: { path: string }[] }[])[0]?.files.map(({ path }) => path) ?? []
})
after(() => rm(directory, { recursive: true }))

/** Runs the published command by plain Node, in a directory of its own. */
async function modelkeep(argv: string[], input = ''): Promise<string> {
  const { bin } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { bin: { modelkeep: string } }
  const running: PromiseWithChild<{ stdout: string }> = run(
    process.execPath,
    [join(directory, bin.modelkeep), ...argv],
    {
      cwd: directory,
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  )
  running.child.stdin?.end(input)
  return (await running).stdout
}

test('the package holds the program and its documentation, and nothing of the tests', async () => {
  for (const path of ['dist/cli/main.js', 'README.md', 'CHANGELOG.md', 'LICENSE', 'docs/configuration.md'])
    assert.ok(files.includes(path), path)
  assert.deepEqual(
    files.filter((path) => /\.(?:test|fixture)\.|\.ts$|^(?:src|test|bench)\//.test(path)),
    [],
  )
  assert.match(await readFile(join(directory, 'dist/cli/main.js'), 'utf8'), /^#!\/usr\/bin\/env node\n/)
})

test('the built command tells how it is used', async () => {
  const help = await modelkeep(['--help'])
  for (const command of ['serve', 'scan', 'folder', 'user', 'token', 'model'])
    assert.match(help, new RegExp(`^ {2}${command}\\b`, 'm'))
})

test('the built command tells its version', async () => {
  const { version } = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8')) as { version: string }
  assert.equal(await modelkeep(['--version']), `${version}\n`)
})

test('the built threads of the database are found: an account and a token are made', async () => {
  await mkdir(join(directory, 'data'))
  const common = ['--data', 'data']
  assert.equal(
    await modelkeep(['user', 'add', 'ada', '--email', 'ada@example.org', ...common], 'a good password\n'),
    'added ada\n',
  )
  const token = await modelkeep(['token', 'create', '--user', 'ada', '--name', 'laptop', ...common])
  assert.match(token, /^mk_[0-9A-Za-z]{46}\n$/)
})
