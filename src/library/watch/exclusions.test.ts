import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileExclusions } from './exclusions.ts'

const isExcluded = (patterns: string[], path: string, kind: 'file' | 'directory' = 'directory') =>
  compileExclusions(patterns).excludes(path, kind)

test('recycle bins, snapshots and system folders are excluded at any depth and in any letter case', () => {
  const names = [
    '#recycle',
    '#Recycle',
    '@Recycle',
    '@recycle',
    '$RECYCLE.BIN',
    '$Recycle.Bin',
    '#snapshot',
    '@Snapshot',
    '@Recently-Snapshot',
    '@eaDir',
    'lost+found',
    'System Volume Information',
    '~snapshot',
    '__MACOSX',
    '.git',
  ]
  for (const name of names)
    for (const path of [name, `loras/${name}`, `a/b/c/${name}`]) assert.ok(isExcluded([], path), path)
})

test('folders with an ordinary name are the user’s', () => {
  for (const name of ['recycle', 'snapshots', 'snapshot', 'eaDir', 'lost and found', 'loras#recycle', 'x@eaDir', 'a.b'])
    assert.ok(!isExcluded([], name), name)
  assert.ok(!isExcluded([], 'lost+found', 'file'), 'the built-in names are those of folders')
  assert.ok(isExcluded([], '.hidden.safetensors', 'file'))
})

test('patterns have the form of .gitignore', () => {
  const cases: [pattern: string, excluded: string[], included: string[]][] = [
    ['venv', ['venv', 'VENV', 'a/venv'], ['venv2', 'a/my venv']],
    ['loras/old', ['loras/old', 'Loras/Old'], ['old', 'a/loras/old', 'loras/older']],
    ['/old', ['old'], ['a/old']],
    ['*.bak.safetensors', ['x.bak.safetensors', 'a/b/x.bak.safetensors'], ['x.safetensors', '.bak/x.safetensors2']],
    ['test-?', ['test-1', 'a/test-x'], ['test-', 'test-12']],
    ['[0-9]*', ['1', '9 lives'], ['a1']],
    ['[!0-9]x', ['ax'], ['1x']],
    ['a/**/drafts', ['a/drafts', 'a/b/drafts', 'a/b/c/drafts'], ['drafts', 'a/xdrafts']],
    ['**/drafts', ['drafts', 'a/b/drafts'], ['drafts2']],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'b']],
    ['a/*', ['a/b'], ['a/b/c']],
    ['\\[wip\\]', ['[wip]'], ['w', 'wip']],
    ['(x)+$', ['(x)+$'], ['x', 'xx']],
    ['ÄPFEL', ['äpfel'], ['apfel']],
  ]
  for (const [pattern, excluded, included] of cases) {
    for (const path of excluded) assert.ok(isExcluded([pattern], path), `${pattern} excludes ${path}`)
    for (const path of included) assert.ok(!isExcluded([pattern], path), `${pattern} does not exclude ${path}`)
  }
  assert.ok(!isExcluded(['venv/'], 'venv', 'file'), 'a slash at the end means folders')
  assert.ok(isExcluded(['venv/'], 'a/venv'))
})

test('the last pattern that matches decides', () => {
  assert.ok(!isExcluded(['!lost+found'], 'lost+found'))
  assert.ok(isExcluded(['!lost+found', 'lost*'], 'lost+found'))
  assert.ok(!isExcluded(['loras*', '!loras-good'], 'loras-good'))
})

test('a path within an excluded folder is excluded', () => {
  const { excludesWithin } = compileExclusions(['a/b'])
  for (const path of ['#recycle/loras/x', 'loras/#recycle', 'a/b', 'a/b/c']) assert.ok(excludesWithin(path), path)
  for (const path of ['', 'a', 'a/c', 'b']) assert.ok(!excludesWithin(path), path)
})

test('a malformed pattern is refused by its name', () => {
  for (const pattern of ['', '/', '!', '[z-a]', 'x'.repeat(2000)])
    assert.throws(() => compileExclusions([pattern]), SyntaxError, pattern.slice(0, 20))
})
