import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { parse } from 'smol-toml'
import { z } from 'zod'
import { createTokenText, type TokenKind, tokenPrefixes } from '../src/auth/tokens/token-format.ts'

/*
 * The command as a shell, a hook and a pipeline meet it, and what docs/token-scanning.md tells other scanners.
 */

const command = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const page = readFileSync(new URL('../docs/token-scanning.md', import.meta.url), 'utf8')
const kinds = Object.keys(tokenPrefixes) as TokenKind[]
const made = (kind?: TokenKind) => createTokenText(randomBytes, kind)
const masked = (token: string) => `${token.slice(0, token.indexOf('_') + 1)}…${token.slice(-4)}`

let directory: string
before(() => {
  directory = mkdtempSync(join(tmpdir(), 'modelkeep-token-scanning-'))
})
after(() => rmSync(directory, { recursive: true }))

function scan(argv: string[], { input = '', cwd = directory } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, 'token', 'scan', ...argv], {
    cwd,
    input,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('a finding is told by file, line and column, masked, and ends with 1; without one it ends with 0', () => {
  const [bearer, canary] = [made(), made('canary')]
  writeFileSync(join(directory, 'a.env'), `A=1\nKEY=${bearer}\nBAIT=${canary}\n`)
  writeFileSync(join(directory, 'clean.txt'), 'mk_ and no more')
  assert.deepEqual(scan(['a.env']), {
    status: 1,
    stdout: `a.env:2:5: ${masked(bearer)}\na.env:3:6: ${masked(canary)}\n`,
    stderr: 'modelkeep: tokens in 2 places; 1 file searched, 114 bytes\n',
  })
  assert.deepEqual(scan(['clean.txt', '--quiet']), { status: 0, stdout: '', stderr: '' })
  assert.deepEqual(scan(['clean.txt']).stderr, 'modelkeep: no token; 1 file searched, 15 bytes\n')
})

test('programs get an object a line; neither they nor people get the secret, of names neither', () => {
  const [inside, name] = [made('publishable'), made()]
  mkdirSync(join(directory, name))
  writeFileSync(join(directory, name, `get?token=${name}`), ` ${inside}`)
  const { stdout, stderr, status } = scan(['--json', join(name, `get?token=${name}`), `none-${name}`])
  const path = `${masked(name)}/get?token=${masked(name)}`
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { path, kind: 'bearer', token: masked(name), part: 'name' },
      { path, line: 1, column: 2, kind: 'publishable', token: masked(inside), part: 'content' },
    ],
  )
  assert.equal(status, 1)
  assert.match(stderr, new RegExp(`^modelkeep: none-${masked(name)}: no such file or directory\n`))
  const all = stdout + stderr + scan([name]).stdout
  for (const secret of [inside, name]) assert.ok(!all.includes(secret.slice(3, -4)))
})

test('what cannot be searched is named and ends with 2, as does a wrong command line; the rest is searched', () => {
  writeFileSync(join(directory, 'fine.txt'), 'fine')
  const { status, stdout, stderr } = scan(['none', 'fine.txt'])
  assert.deepEqual([status, stdout], [2, ''])
  assert.match(
    stderr,
    /^modelkeep: none: no such file or directory\nmodelkeep: no token; 1 file searched, .*; 1 problem\n$/,
  )
  assert.deepEqual([scan([]).status, scan(['--nonsense', '.']).status], [2, 2])
})

test('standard input is searched, and a broken configuration of a hub nearby is no matter', () => {
  const token = made()
  const cwd = join(directory, 'configured')
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'modelkeep.config.json'), 'broken')
  const { status, stdout } = scan(['-'], { cwd, input: `\n${token}` })
  assert.deepEqual([status, stdout], [1, `-:2:1: ${masked(token)}\n`])
})

test('a token in the history alone is told by commit, and --no-history leaves it out', () => {
  const cwd = repository('history')
  const token = made()
  commit(cwd, { '.env': `x\n${token}` })
  commit(cwd, { '.env': 'x' })
  const found = execFileSync('git', ['rev-parse', 'HEAD~1'], { cwd, encoding: 'utf8' })
  assert.deepEqual(scan(['--quiet', '.'], { cwd }), {
    status: 1,
    stdout: `${found.slice(0, 10)}:.env:2:1: ${masked(token)}\n`,
    stderr: '',
  })
  assert.equal(scan(['--no-history', '.'], { cwd }).status, 0)
})

test('the hook of the documentation stops a commit with a token, of what is staged', () => {
  const cwd = repository('hooked')
  const hook = /^```sh\n(#!.*?)^```/ms.exec(page)?.[1] ?? assert.fail()
  writeFileSync(join(cwd, '.git/hooks/pre-commit'), hook)
  chmodSync(join(cwd, '.git/hooks/pre-commit'), 0o755)
  const bin = join(directory, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'modelkeep'), `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`)
  chmodSync(join(bin, 'modelkeep'), 0o755)
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` }
  const token = made()
  const tryCommit = () => spawnSync('git', ['commit', '-q', '-m', 'a'], { cwd, env, encoding: 'utf8' })

  writeFileSync(join(cwd, 'a.txt'), 'fine')
  execFileSync('git', ['add', 'a.txt'], { cwd })
  assert.equal(tryCommit().status, 0)
  writeFileSync(join(cwd, 'a.txt'), token)
  execFileSync('git', ['add', 'a.txt'], { cwd })
  writeFileSync(join(cwd, 'a.txt'), 'fine again')
  const { status, stdout, stderr } = tryCommit()
  assert.equal(status, 1)
  assert.ok(`${stdout}${stderr}`.includes(`-!a.txt:1:1: ${masked(token)}`), `${stdout}${stderr}`)
})

test('the rules for other scanners are of TOML, and each finds the tokens of its kind and no other text', () => {
  const rule = z.strictObject({
    id: z.string(),
    description: z.string(),
    regex: z.string(),
    secretGroup: z.literal(1),
    keywords: z.array(z.string()).min(1),
  })
  const config = z.object({ rules: z.array(rule) }).parse(parse(/^```toml\n(.*?)^```/ms.exec(page)?.[1] ?? ''))
  const table = [...page.matchAll(/^\| (\w+) \| `(\\b.*)` \|$/gm)].map(([, kind, regex]) => ({ kind, regex }))
  assert.deepEqual([config.rules.length, table.map(({ kind }) => kind)], [kinds.length, kinds])
  const around = fc.string({ unit: fc.constantFrom(' ', '=', '"', '-', '.', '\n', '/', 'é') })
  fc.assert(
    fc.property(fc.constantFrom(...kinds), around, around, (kind, front, end) => {
      const token = made(kind)
      const text = `${front}${token}${end}`
      for (const other of kinds) {
        const { regex, keywords, id } = config.rules.find((one) => one.id.includes(other)) ?? assert.fail(other)
        const expected = other === kind ? token : undefined
        assert.equal(new RegExp(regex).exec(text)?.[1], expected, id)
        assert.equal(new RegExp(table.find((one) => one.kind === other)?.regex ?? '').exec(text)?.[0], expected)
        if (expected !== undefined) assert.ok(keywords.some((keyword) => text.includes(keyword)))
      }
      for (const { regex } of config.rules) {
        assert.doesNotMatch(`${front}${token.slice(0, -1)}${end}`, new RegExp(regex))
        assert.doesNotMatch(`${front}x${token}0${end}`, new RegExp(regex))
      }
    }),
  )
})

test('who reads no further is no trouble, and the exit code is right all the same', async () => {
  const token = made()
  writeFileSync(join(directory, 'many.txt'), `${token}\n`.repeat(20_000))
  const running = spawn(process.execPath, [command, 'token', 'scan', 'many.txt'], { cwd: directory })
  await once(running.stdout, 'data')
  running.stdout.destroy()
  const [stderr] = await Promise.all([running.stderr.setEncoding('utf8').toArray(), once(running, 'close')])
  assert.doesNotMatch(stderr.join(''), /EPIPE| {4}at /)
})

function repository(name: string): string {
  const cwd = join(directory, name)
  mkdirSync(cwd)
  execFileSync('git', ['init', '-q'], { cwd })
  for (const setting of ['user.name', 'user.email']) execFileSync('git', ['config', setting, 'a@b.example'], { cwd })
  return cwd
}

function commit(cwd: string, files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content)
  execFileSync('git', ['add', '-A'], { cwd })
  execFileSync('git', ['commit', '-q', '-m', 'a change'], { cwd })
}
