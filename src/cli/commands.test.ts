import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { Command, CommanderError } from 'commander'
import { password, type TemporaryHub, withHub } from '../auth/hub.fixture.ts'
import { openSqliteDatabase } from '../db/sqlite/open.ts'
import { registerAuditCommand } from './audit.ts'
import { registerTokenCommands } from './token.ts'
import { registerUserCommands } from './user.ts'

interface Outcome {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command line on a hub's data, on a connection of its own, as a second process would. */
async function run(hub: TemporaryHub, line: string[], input?: string | TerminalInput): Promise<Outcome> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const printed = { stdout: '', stderr: '' }
  stdout.on('data', (chunk) => {
    printed.stdout += chunk
  })
  stderr.on('data', (chunk) => {
    printed.stderr += chunk
  })
  if (typeof input === 'object') type(input, { stdin, stderr })
  else stdin.end(input ?? '')

  const program = new Command('modelkeep').exitOverride()
  program.configureOutput({ writeErr: (text) => void stderr.write(text), writeOut: (text) => void stdout.write(text) })
  const context = {
    stdin: Object.assign(stdin, { isTTY: typeof input === 'object' }),
    stdout,
    stderr,
    environment: {},
    async openHubDatabase() {
      const database = await openSqliteDatabase(hub.databaseFile)
      return { database, serverSecret: hub.serverSecret, close: () => database.close() }
    },
  }
  registerUserCommands(program, context)
  registerTokenCommands(program, context)
  registerAuditCommand(program, context)
  let code = 0
  try {
    await program.parseAsync(line, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    code = error.exitCode
  }
  await new Promise(setImmediate)
  return { code, ...printed }
}

/** What a person types at each prompt. */
interface TerminalInput {
  answers: string[]
}

function type({ answers }: TerminalInput, { stdin, stderr }: { stdin: PassThrough; stderr: PassThrough }) {
  const left = [...answers]
  stderr.on('data', (chunk: Buffer) => {
    if (/: $/.test(String(chunk))) setImmediate(() => stdin.write(`${left.shift()}\r`))
  })
}

const verify = ({ tokens }: TemporaryHub, text: string, address = '127.0.0.1') =>
  tokens.verify({
    text: text.trim(),
    form: 'header',
    use: 'api',
    address,
    userAgent: undefined,
    method: 'GET',
    target: '/api/v1/me',
    scope: 'UserRead',
    origin: undefined,
    fromForeignPage: false,
  })

async function runWell(hub: TemporaryHub, ...line: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(hub, line)
  assert.deepEqual([code, stderr], [0, ''])
  return stdout
}

async function runBadly(hub: TemporaryHub, line: string[], message: RegExp, input?: string | TerminalInput) {
  const { code, stdout, stderr } = await run(hub, line, input)
  assert.deepEqual([code, stdout], [1, ''], line.join(' '))
  assert.match(stderr.trimEnd().split('\n').at(-1) ?? '', message)
  assert.doesNotMatch(stderr, /\n\s+at /)
}

test('user add takes the password from standard input, and the account can sign in', () =>
  withHub(async (hub) => {
    const { code, stderr } = await run(
      hub,
      ['user', 'add', 'Ada', '--email', 'ada@example.org', '--admin'],
      'pass word\n',
    )
    assert.deepEqual([code, stderr], [0, ''])
    assert.equal((await hub.accounts.find('ada'))?.role, 'owner')
    const signIn = await hub.sessions.handler(
      new Request('http://hub.example/api/auth/sign-in/username', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'Ada', password: 'pass word' }),
      }),
      '10.0.0.3',
    )
    assert.equal(signIn.status, 200)
    assert.match(await runWell(hub, 'user', 'list'), /^Ada\tada@example\.org\towner\tactive\n$/)
  }))

test('at a terminal the password is asked for twice and never shown', () =>
  withHub(async (hub) => {
    const line = ['user', 'add', 'Ada', '--email', 'ada@example.org']
    const { code, stdout, stderr } = await run(hub, line, { answers: [password, password] })
    assert.equal(code, 0)
    assert.ok(!`${stdout}${stderr}`.includes(password.slice(0, 7)))
    const other = ['user', 'add', 'Bob', '--email', 'bob@example.org']
    await runBadly(hub, other, /two passwords differ/, { answers: [password, 'something else'] })
    await runBadly(hub, other, /Given up/, { answers: ['\u0003'] })
    assert.equal(await hub.accounts.find('bob'), undefined)
  }))

test('user add says what is wrong', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const add = (username: string, email: string) => ['user', 'add', username, '--email', email]
    await runBadly(hub, add('ada', 'new@example.org'), /^error: The username ada is taken$/, password)
    await runBadly(hub, add('Bob', 'ada@example.org'), /^error: The e-mail address .* is taken$/, password)
    await runBadly(hub, add('Bob', 'bob'), /^error: "bob" is not an e-mail address$/, password)
    await runBadly(hub, add('B b', 'b@example.org'), /^error: A username has/, password)
    await runBadly(hub, add('Bob', 'b@example.org'), /^error: A password has 8/, 'short')
    await runBadly(hub, add('Bob', 'b@example.org'), /^error: Too many people have this password/, 'football1\n')
    await runBadly(hub, add('Bob', 'b@example.org'), /^error: Standard input holds no password$/, '')
    await runBadly(hub, ['user', 'add', 'Bob'], /--email/)
  }))

test('a banned account is refused by the serving hub at once, until unbanned', () =>
  withHub(async (hub) => {
    const accountId = await hub.addAccount('Ada')
    const { text } = await hub.tokens.create({ accountId, name: 'n', scope: 1 })
    await runWell(hub, 'user', 'ban', 'ADA')
    assert.equal(await verify(hub, text), undefined)
    await runBadly(hub, ['user', 'mute', 'ada'], /^error: The account Ada is banned$/)
    await runWell(hub, 'user', 'unban', 'ada')
    assert.ok(await verify(hub, text))
    await runWell(hub, 'user', 'mute', 'ada')
    assert.equal((await hub.accounts.find('ada'))?.status, 'muted')
    await runWell(hub, 'user', 'unmute', 'ada')
    await runBadly(hub, ['user', 'ban', 'nobody'], /^error: There is no account nobody$/)
  }))

test('token create prints the token alone, and it works as asked', () =>
  withHub(async (hub) => {
    const accountId = await hub.addAccount('Ada')
    const plain = await runWell(hub, 'token', 'create', '--user', 'ada', '--name', 'laptop')
    assert.match(plain, /^mk_[0-9A-Za-z]{46}\n$/)
    assert.equal((await verify(hub, plain))?.scope, 33554431)

    const options = ['--expires', '90d', '--scope', 'ModelsRead,MediaRead', '--query-policy', 'downloads']
    const networks = ['--network', '10.0.0.0/8,::1', '--network', '192.168.0.0/16']
    const bound = await runWell(hub, 'token', 'create', '--user', 'Ada', '--name', 'ci', ...options, ...networks)
    assert.equal(await verify(hub, bound), undefined)
    assert.equal((await verify(hub, bound, '192.168.7.7'))?.scope, 1 | 4 | 32)
    const token = (await hub.tokens.list(accountId))[1]
    assert.equal(token?.queryPolicy, 'downloads')
    assert.deepEqual(token.networks, ['10.0.0.0/8', '::1/128', '192.168.0.0/16'])
    assert.ok(Math.abs((token.expiresAt ?? 0) - Date.now() - 90 * 86_400_000) < 60_000)
  }))

test('token create says what is wrong', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const create = (...options: string[]) => ['token', 'create', '--user', 'Ada', '--name', 'n', ...options]
    await runBadly(hub, ['token', 'create', '--user', 'Bob', '--name', 'n'], /^error: There is no account Bob$/)
    await runBadly(hub, ['token', 'create', '--user', 'Ada'], /--name/)
    await runBadly(hub, ['token', 'create', '--user', 'Ada', '--name', ' '], /^error: The name of a token has 1 to 64/)
    await runBadly(hub, create('--expires', 'soon'), /^error: option '--expires.*soon/)
    await runBadly(hub, create('--expires', '2001-01-01'), /^error: The expiry .* future$/)
    await runBadly(hub, create('--scope', 'Everything'), /"Everything" is none of ReadOnly/)
    await runBadly(hub, create('--network', 'home'), /^error: "home" is not/)
    await runBadly(hub, create('--query-policy', 'maybe'), /never, downloads, always/)
  }))

test('token list has a line per token, its id first, and --json has everything but the secret', () =>
  withHub(async (hub) => {
    const accountId = await hub.addAccount('Ada')
    const one = await hub.tokens.create({ accountId, name: 'laptop', scope: 5 })
    const other = await hub.tokens.create({ accountId, name: 'ci', scope: 1 })
    await hub.tokens.revoke(other.id, 'test')
    await verify(hub, one.text)
    await hub.tokens.flushUse()
    const used = new Date(hub.clock.now).toISOString()
    assert.equal(
      await runWell(hub, 'token', 'list', '--user', 'ada'),
      `${one.id}\tlaptop\tactive\t${used}\n${other.id}\tci\trevoked\tnever\n`,
    )
    const json = await runWell(hub, 'token', 'list', '--user', 'ada', '--json')
    const [first] = JSON.parse(json)
    assert.deepEqual([first.id, first.scopes, first.lastUsedAt], [one.id, ['UserRead', 'ModelsRead'], used])
    assert.deepEqual(first.secrets[0].clients, [
      {
        network: '127.0.0.1',
        agent: '',
        form: 'header',
        lastSeenAt: used,
        requests: 1,
        scopes: ['UserRead'],
        beyondDownloads: true,
      },
    ])
    assert.deepEqual(first.requests.at(-1), { day: used.slice(0, 10), count: 1 })
    assert.deepEqual([first.warnings, first.refusalCount], [[], 0])
    assert.ok(!json.includes(one.text.slice(3, 20)))
    await runBadly(hub, ['token', 'list', '--user', 'Bob'], /^error: There is no account Bob$/)
  }))

test('token rotate prints the new token alone and lets the old one overlap; without an overlap it ends', () =>
  withHub(async (hub) => {
    const accountId = await hub.addAccount('Ada')
    const { id, text } = await hub.tokens.create({ accountId, name: 'n', scope: 1 })
    const second = await runWell(hub, 'token', 'rotate', `${id}`, '--overlap', '24h')
    assert.match(second, /^mk_[0-9A-Za-z]{46}\n$/)
    assert.ok((await verify(hub, text)) && (await verify(hub, second)))
    hub.clock.now = Date.now() + 25 * 3_600_000
    assert.equal(await verify(hub, text), undefined)
    hub.clock.now = Date.now()
    await runWell(hub, 'token', 'rotate', `${id}`)
    hub.clock.now = Date.now()
    assert.equal(await verify(hub, second), undefined)
    await runBadly(hub, ['token', 'rotate', `${id}`, '--overlap', '31d'], /^error: The overlap must be/)
    await runBadly(hub, ['token', 'rotate', `${id}`, '--overlap', 'long'], /24h/)
    await runBadly(hub, ['token', 'rotate', '999'], /^error: There is no token 999$/)
  }))

test('token revoke is felt by the serving hub on the next request', () =>
  withHub(async (hub) => {
    const accountId = await hub.addAccount('Ada')
    const { id, text } = await hub.tokens.create({ accountId, name: 'n', scope: 1 })
    assert.ok(await verify(hub, text))
    assert.equal(await runWell(hub, 'token', 'revoke', `${id}`), '')
    assert.equal(await verify(hub, text), undefined)
    await runBadly(hub, ['token', 'revoke', '999'], /^error: There is no token 999$/)
    await runBadly(hub, ['token', 'revoke', 'laptop'], /number/)
  }))

test('the audit log is listed newest first, by account, kind and time, as lines or as JSON', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    await hub.addAccount('Bob')
    await runWell(hub, 'user', 'mute', 'Ada')
    await runWell(hub, 'user', 'ban', 'Bob')
    const lines = (await runWell(hub, 'audit', '--kind', 'status-changed')).trimEnd().split('\n')
    assert.deepEqual(
      lines.map((line) => line.split('\t').slice(1)),
      [
        ['status-changed', 'Bob', 'command line', '-', '-', '{"from":"active","to":"banned"}'],
        ['status-changed', 'Ada', 'command line', '-', '-', '{"from":"active","to":"muted"}'],
      ],
    )
    const listed = JSON.parse(await runWell(hub, 'audit', '--account', 'ada', '--since', '1h', '--json'))
    assert.deepEqual(
      listed.map(({ kind }: { kind: string }) => kind),
      ['status-changed', 'account-made'],
    )
    assert.equal(await runWell(hub, 'audit', '--since', '2999-01-01'), '')
    assert.deepEqual(JSON.parse(await runWell(hub, 'audit', '--since', '2999-01-01', '--json')), [])
    assert.match((await run(hub, ['audit', '--account', 'nobody'])).stderr, /There is no account nobody/)
    assert.match((await run(hub, ['audit', '--kind', 'nothing'])).stderr, /Allowed choices/)
    assert.match((await run(hub, ['audit', '--since', 'yesterday'])).stderr, /date such as/)
  }))

test('a program that calls itself something for a terminal is listed without that', () =>
  withHub(async (hub) => {
    await hub.addAccount('Ada')
    const request = new Request('http://hub.example/api/auth/sign-in/username', {
      method: 'POST',
      body: JSON.stringify({ username: 'ada', password: 'a wrong password' }),
      headers: { 'content-type': 'application/json', 'user-agent': 'evil\u009b2J\ttab' },
    })
    await hub.sessions.handler(request, '192.0.2.9')
    const line = (await runWell(hub, 'audit', '--kind', 'sign-in-failed')).trimEnd().split('\t')
    assert.deepEqual(line.slice(4, 6), ['192.0.2.9', 'evil?2J?tab'])
  }))
