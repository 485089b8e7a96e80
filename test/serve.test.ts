import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, realpath, rm, truncate, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { allocator, heapFlags } from '../src/cli/node-flags.ts'
import { safetensors } from './conformance/model-file.ts'
import { readEvents } from './event-reader.ts'
import { eventually } from './eventually.ts'
import { program, programIn } from './program.fixture.ts'

/* The program as a person or a service manager starts it: what it prints, when, and how it ends. */

const directory = await realpath(await mkdtemp(join(tmpdir(), 'modelkeep-serve-')))
const { start, run, runWell, serving } = programIn(directory)
/** A library folder of two models and a file that is none; tests only read it. */
const models = join(directory, 'models')

before(async () => {
  await mkdir(models)
  for (const name of ['one', 'two']) await writeFile(join(models, `${name}.safetensors`), safetensors(name, 1000))
  await writeFile(join(models, 'cut.safetensors'), safetensors('cut', 1000).subarray(0, 50))
})
after(() => rm(directory, { recursive: true }))

/** Runs a command that has to end with one line that says why. */
async function runBadly(line: string[], reason: RegExp): Promise<void> {
  const { code, stdout, stderr } = await run(line)
  assert.deepEqual([code, stdout], [1, ''], stderr)
  assert.match(stderr, /^.+\n$/, 'one line')
  assert.match(stderr, reason)
}

const password = 'correct horse battery'
const dataOption = (name: string) => ['--data', join(directory, name)]
const modelNames = async (origin: string) => {
  const { items } = (await (await fetch(`${origin}/api/v1/models`)).json()) as { items: { name: string }[] }
  return items.map(({ name }) => name).sort()
}
const textOf = async (address: string) => (await fetch(address)).text()

test('the first start serves a sample library whole, and says how to sign in; a real folder takes its place', async () => {
  const data = dataOption('first data')
  await serving(data, async (origin, { printed }) => {
    assert.ok((await modelNames(origin)).length > 5)
    assert.deepEqual([await textOf(`${origin}/healthz`), await textOf(`${origin}/readyz`)], ['ok', 'ready'])
    assert.equal(await runWell('folder', 'list', ...data), `${join(directory, 'first data', 'sample')}\n`)

    assert.ok(printed.stdout.split('\n')[1]?.includes(`${origin}/setup#`), printed.stdout)
    const commands = printed.stdout.split('\n').slice(3)
    const script = commands.join('\n').replaceAll('modelkeep ', `'${process.execPath}' '${program}' `)
    const shell = spawn('sh', ['-ec', script], { cwd: tmpdir() })
    assert.deepEqual(JSON.parse((await text(shell.stdout)).replace('added ada\n', '')).username, 'ada')
  })
  await serving([models, ...data], async (origin, { printed }) => {
    assert.deepEqual(await modelNames(origin), ['one', 'two'])
    assert.equal(printed.stdout, `modelkeep listening on ${origin}\n`, 'there is an account')
  })
  assert.equal(await runWell('folder', 'list', ...data), `${models}\n`)
})

test('known folders are served without being named, and what changes in them is seen', async () => {
  const data = dataOption('known')
  const folder = join(directory, 'changing')
  await mkdir(folder)
  await serving([folder, ...data], async (_origin, { printed }) => {
    assert.match(printed.stderr, /^0 added, 0 changed, 0 unchanged, 0 removed$/m)
  })
  await serving(data, async (origin, { printed }) => {
    assert.deepEqual(await modelNames(origin), [])
    await writeFile(join(folder, 'new.safetensors'), safetensors('new', 1000))
    await eventually(async () => (await modelNames(origin)).length === 1, 'the new model is served')
    await eventually(() => /"added":1.*"msg":"folders read"/.test(printed.stderr), 'it is in the log')
  })
})

const noProc = process.platform === 'linux' ? false : 'how a process was started is read from /proc'
test('what serves was started with what it needs of memory, as the process that was asked for', {
  skip: noProc,
}, async () => {
  const empty = join(directory, 'nothing in it')
  await mkdir(empty)
  await serving([empty, ...dataOption('young')], async (_origin, { child }) => {
    const line = (await readFile(`/proc/${child.pid}/cmdline`, 'utf8')).split('\0')
    assert.ok(heapFlags.every((flag) => line.includes(flag)))
    assert.ok(line.includes('serve') && line.includes(empty))
    const surroundings = (await readFile(`/proc/${child.pid}/environ`, 'utf8')).split('\0')
    for (const [name, value] of Object.entries(allocator)) assert.ok(surroundings.includes(`${name}=${value}`), name)
  })
})

test('a hub that an owner follows in the middle of a scan ends as soon as it is told to', async () => {
  const data = dataOption('followed')
  const folder = join(directory, 'followed models')
  await mkdir(folder)
  await serving([folder, ...data], async (origin, { child, ended, printed }) => {
    assert.equal(
      (await run(['user', 'add', 'ada', '--email', 'ada@example.org', '--admin', ...data], password)).code,
      0,
    )
    const token = (await runWell('token', 'create', '--user', 'ada', '--name', 'laptop', ...data)).trim()
    const headers = { authorization: `Bearer ${token}` }
    const { body } = await fetch(`${origin}/api/v1/library/events`, { headers })
    const events = readEvents(body ?? assert.fail('no events'))
    await events.next()

    await writeFile(join(folder, 'large.safetensors'), safetensors('large', 1000))
    await truncate(join(folder, 'large.safetensors'), 200e9)
    let read = 0
    while (read === 0) {
      const { data, event } = (await events.next()).value
      if (event === 'scan') read = data.doneBytes
    }
    child.kill('SIGTERM')
    // A stream that had to be cut when the time to drain is over would end in the middle, as an error.
    for await (const { event } of events) assert.ok(event === undefined || event === 'scan', event)
    assert.equal(await ended, 0, printed.stderr)
  })
})

test('what cannot be served ends the program at once with one line', async () => {
  const data = dataOption('refused')
  await runBadly(['serve', join(directory, 'nothing'), ...data], /^modelkeep: .*nothing.* does not exist/)
  await runBadly(['serve', join(models, 'one.safetensors'), ...data], /^modelkeep: .*one\.safetensors/)
  await runBadly(['serve', models, ...data, '--host', 'no.such.invalid'], /^modelkeep: --host: no\.such\.invalid is no/)
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await runBadly(['serve', models, ...data, '--port', `${port}`], new RegExp(`^modelkeep: --port: ${port} is in use`))
  other.close()
})

test('scan --json prints one object, also while a hub serves what it finds', async () => {
  const data = dataOption('scanned')
  const empty = join(directory, 'empty')
  await mkdir(empty)
  await serving([empty, ...data], async (origin) => {
    const printed = await runWell('scan', models, `${models}/`, '--json', ...data)
    const { folders, hashedFiles, complete, problems, ...counts } = JSON.parse(printed)
    assert.deepEqual([folders, hashedFiles, complete], [[models], 2, true])
    assert.deepEqual([problems.length, problems[0].path], [1, join(models, 'cut.safetensors')])
    assert.deepEqual(Object.keys(counts), ['added', 'changed', 'unchanged', 'removed', 'hashedBytes', 'seconds'])
    assert.deepEqual(await modelNames(origin), ['one', 'two'])
  })
  const report = await runWell('scan', models, ...data)
  assert.match(report, /^0 added, 0 changed, \d unchanged, 0 removed$/m)
  assert.match(report, /^1 problem:\n.*cut\.safetensors: .+$/m)
})

test('a folder that is removed is no longer served, and one that is not known is said to be', async () => {
  const data = dataOption('removed')
  await runWell('scan', models, ...data)
  assert.equal(await runWell('folder', 'remove', `${models}/`, ...data), `removed ${models}\n`)
  assert.equal(await runWell('folder', 'list', ...data), '')
  await runBadly(['folder', 'remove', models, ...data], /^error: .*models is no folder of the library$/m)
})

test('a scan that is interrupted reports what it got to, and the next one continues there', async () => {
  const data = dataOption('interrupted')
  const large = join(directory, 'large')
  await mkdir(large)
  await writeFile(join(large, 'large.safetensors'), safetensors('large', 1000))
  await truncate(join(large, 'large.safetensors'), 200e9)
  const scan = start('scan', large, '--json', ...data)
  await eventually(async () => (await runWell('folder', 'list', ...data)) !== '', 'the scan begins')
  scan.child.kill('SIGINT')
  // Below npm the terminal's Ctrl-C arrives a second time at once.
  scan.child.kill('SIGINT')
  assert.equal(await scan.ended, 130)
  assert.equal(JSON.parse(scan.printed.stdout).complete, false)
  assert.equal(scan.printed.stderr, 'modelkeep: interrupted\n')
})
