import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { corruptToken, createToken, scan, withFiles, writeFiles } from '../scan.fixture.ts'

const token = createToken()
const text = `first\n  key: ${token}\n`

/** Git without any user or system configuration. */
const environment = {
  PATH: process.env.PATH,
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@b.c',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@b.c',
}

const gitIn =
  (directory: string) =>
  (...args: string[]): string =>
    execFileSync('git', args, { cwd: directory, env: environment, encoding: 'utf8', stdio: 'pipe' }).trim()

/** Creates a repository with a commit for each of these states of its files; `undefined` deletes a file. */
function withRepository(
  states: readonly Record<string, string | Uint8Array | undefined>[],
  work: (repository: { directory: string; git: (...args: string[]) => string }) => Promise<void>,
): Promise<void> {
  return withFiles({}, async (directory) => {
    const git = gitIn(directory)
    git('init', '-q', '-b', 'main')
    for (const files of states) {
      for (const [name, content] of Object.entries(files))
        if (content === undefined) rmSync(join(directory, name))
        else writeFiles(directory, { [name]: content })
      git('add', '-A')
      git('commit', '-q', '--allow-empty', '-m', 'a change')
    }
    await work({ directory, git })
  })
}

const history = (directory: string, paths?: string[]) => scan(directory, { withHistory: true, environment }, paths)

test('a token that was removed again is found, with the first commit that had it', () =>
  withRepository(
    [{ 'a.txt': 'x' }, { 'b/c.env': text }, { 'b/c.env': `${text}more` }, { 'b/c.env': corruptToken(text) }],
    async ({ directory, git }) => {
      const { findings, problems, totals } = await history(directory)
      assert.deepEqual([problems, totals.histories], [[], 1])
      const commit = git('rev-parse', 'HEAD~2')
      const [{ identity: _, ...found } = assert.fail()] = findings
      const expected = { path: 'b/c.env', commit, line: 2, column: 8, part: 'content', kind: 'bearer' }
      assert.deepEqual([findings.length, found], [1, { ...expected, lastFour: token.slice(-4) }])
      assert.ok(git('show', `${commit}:b/c.env`).includes(token))
      assert.deepEqual((await scan(directory, { environment })).findings, [])
    },
  ))

test('all of a history is searched: branches, stashes, notes, messages, tags, names, amended commits', () =>
  withRepository([{ 'a.txt': 'x' }], async ({ directory, git }) => {
    const tokens = new Map<string, string>()
    const fresh = (where: string) => {
      const made = createToken()
      tokens.set(where, made.slice(-4))
      return made
    }
    git('checkout', '-q', '-b', 'aside')
    writeFiles(directory, { 'branch.txt': fresh('branch') })
    git('add', '-A')
    git('commit', '-q', '-m', `Message\n\nwith ${fresh('message')}`)
    git('checkout', '-q', 'main')
    writeFiles(directory, { 'a.txt': fresh('amended') })
    git('commit', '-q', '-a', '-m', 'wrong')
    writeFiles(directory, { 'a.txt': 'y' })
    git('commit', '-q', '-a', '--amend', '-m', 'right')
    writeFiles(directory, { 'a.txt': fresh('stash') })
    git('stash', '-q')
    git('notes', 'add', '-m', fresh('note'))
    git('tag', '-a', 'v1', '-m', fresh('tag'))
    writeFiles(directory, { 'staged.txt': fresh('staged') })
    git('add', '-A')
    rmSync(join(directory, 'staged.txt'))
    writeFiles(directory, { [`x-${fresh('name')}`]: 'x' })
    git('add', '-A', '--', 'x-*')
    git('commit', '-q', '-m', 'a name')
    git('rm', '-q', '--cached', '-r', '.')
    for (const name of ['x-*', 'a.txt']) git('clean', '-q', '-f', '--', name)

    const { findings, problems } = await history(directory)
    assert.deepEqual(problems, [])
    const inObjects = findings.filter(({ commit, object }) => commit ?? object)
    const found = new Map(inObjects.map((finding) => [finding.lastFour, finding]))
    assert.deepEqual([...found.keys()].sort(), [...tokens.values()].sort())
    const at = (where: string) => found.get(tokens.get(where) ?? '') ?? assert.fail(where)
    assert.deepEqual([at('branch').path, at('branch').commit], ['branch.txt', git('rev-parse', 'aside')])
    assert.deepEqual([at('message').part, at('message').commit], ['commit message', git('rev-parse', 'aside')])
    assert.deepEqual([at('tag').part, at('tag').object], ['tag', git('rev-parse', 'v1')])
    assert.equal(at('name').part, 'name')
    assert.equal(at('amended').path, 'a.txt')
    assert.equal(at('stash').path, 'a.txt')
  }))

test('content that was only staged is reported by its object', () =>
  withRepository([{ 'a.txt': 'x' }], async ({ directory, git }) => {
    writeFiles(directory, { 'b.txt': text })
    git('add', 'b.txt')
    const object = git('rev-parse', ':b.txt')
    rmSync(join(directory, 'b.txt'))
    const { findings } = await history(directory)
    assert.deepEqual(
      findings.map(({ path, line, object, commit }) => ({ path, line, object, commit })),
      [{ path: '', line: 2, object, commit: undefined }],
    )
  }))

test('packed objects and archives in a history are searched', () =>
  withRepository(
    [
      { 'old.log.gz': gzipSync(text), large: `${'x\n'.repeat(2e6)}${token}` },
      { 'old.log.gz': undefined, large: '' },
    ],
    async ({ directory, git }) => {
      git('gc', '-q')
      const { places, problems } = await history(directory)
      assert.deepEqual([places.sort(), problems], [['large:2000001', 'old.log.gz:2'], []])
    },
  ))

test('repositories below a path are searched once each, also bare ones and linked working trees; none above it', () =>
  withRepository([{ 'in/a.txt': text }, { 'in/a.txt': 'gone' }], async ({ directory, git }) => {
    await withFiles({}, async (parent) => {
      git('clone', '-q', '--bare', directory, join(parent, 'bare'))
      git('clone', '-q', directory, join(parent, 'deep/clone'))
      gitIn(join(parent, 'deep/clone'))('worktree', 'add', '-q', join(parent, 'tree'), '-b', 'other')
      const { findings, problems, totals } = await history(parent)
      assert.deepEqual(
        [findings.map(({ path }) => path), problems, totals.histories],
        [['bare/in/a.txt', 'deep/clone/in/a.txt'], [], 2],
      )
    })
    assert.deepEqual((await history(directory, ['in'])).findings, [])
    assert.deepEqual((await history(directory, ['in/a.txt'])).findings, [])
  }))

test('a repository runs no commands, and variables set by a hook are ignored', () =>
  withRepository([{ 'a.txt': text }, { 'a.txt': '' }], async ({ directory, git }) => {
    const mark = join(directory, 'ran')
    for (const name of ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'diff.external', 'filter.x.smudge'])
      git('config', name, `touch ${mark}`)
    writeFiles(directory, { '.git/info/attributes': '* filter=x diff=x\n' })
    git('config', 'diff.x.textconv', `touch ${mark};`)
    const inHook = { ...environment, GIT_DIR: '/nonexistent/.git', GIT_INDEX_FILE: '/nonexistent/index' }
    const { places, problems } = await scan(directory, { withHistory: true, environment: inHook })
    assert.deepEqual([places, problems, existsSync(mark)], [['a.txt:2'], [], false])
  }))

test('without git, files are searched, and one problem says that histories were not', () =>
  withFiles({}, async (directory) => {
    for (const name of ['one', 'two']) gitIn(directory)('init', '-q', name)
    writeFiles(directory, { 'one/a.txt': text })
    const { places, problems } = await scan(directory, { withHistory: true, environment: { PATH: '/nonexistent' } })
    const reason = 'git is not installed: files were searched, but not the histories of repositories'
    assert.deepEqual([places, problems], [['one/a.txt:2'], [{ path: 'one', reason }]])
  }))

test('a damaged repository is reported, and the paths after it are searched', () =>
  withRepository([{ 'a.txt': 'x' }], async ({ directory, git }) => {
    const object = git('rev-parse', 'HEAD:a.txt')
    const file = join(directory, '.git/objects', object.slice(0, 2), object.slice(2))
    rmSync(file)
    writeFiles(directory, { [file.slice(directory.length + 1)]: 'damage', 'z.txt': text })
    const { places, problems } = await history(directory, ['.', 'z.txt'])
    assert.deepEqual([places, problems.map(({ path }) => path)], [['z.txt:2', 'z.txt:2'], ['']])
  }))
