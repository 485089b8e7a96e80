import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSqliteDatabase } from '../../db/sqlite/open.ts'
import type { TokenRequest } from '../client-metadata.ts'
import { type TemporaryHub, withHub } from '../hub.fixture.ts'
import type { NewToken } from './change-tokens.ts'
import { openTokens } from './tokens.ts'

const hour = 3_600_000
const presented = (text: string, more: Partial<TokenRequest> = {}): TokenRequest => ({
  text,
  form: 'header',
  use: 'api',
  address: '127.0.0.1',
  userAgent: 'test/1',
  method: 'GET',
  target: '/api/v1/me',
  scope: 'UserRead',
  origin: undefined,
  fromForeignPage: false,
  ...more,
})

async function withToken(
  properties: Partial<NewToken>,
  run: (hub: TemporaryHub & { id: number; text: string; accountId: number }) => Promise<void>,
) {
  await withHub(async (hub) => {
    const accountId = await hub.addAccount('Ada')
    const made = await hub.tokens.create({ accountId, name: 'laptop', scope: 5, ...properties })
    await run({ ...hub, ...made, accountId })
  })
}

test('a token speaks for its account with its scope', () =>
  withToken({ scope: 4 }, async ({ tokens, id, text, accountId }) => {
    const principal = await tokens.verify(presented(text))
    assert.ok(principal?.via.kind === 'token')
    assert.deepEqual([principal.accountId, principal.via.tokenId, principal.scope], [accountId, id, 4 | 1])
  }))

test('a token that nobody has is refused, well-formed or not', () =>
  withToken({}, async ({ tokens, text }) => {
    const stranger = 'mk_00000000000000000000000000000000000000003JjbbA'
    for (const other of [stranger, '', 'null', text.slice(0, -1), `${text}0`, text.toUpperCase(), 'x'.repeat(5000)])
      assert.equal(await tokens.verify(presented(other)), undefined, other)
  }))

test('the database and its log hold neither the token nor its random part', () =>
  withToken({}, async ({ database, text }) => {
    const tables = await database.kysely.introspection.getTables()
    for (const { name } of tables) {
      const rows = await database.kysely
        .selectFrom(name as 'token')
        .selectAll()
        .execute()
      assert.ok(!JSON.stringify(rows).includes(text.slice(3, 20)), name)
    }
    const secret = await database.kysely.selectFrom('token_secret').selectAll().executeTakeFirstOrThrow()
    assert.match(secret.digest, /^[0-9a-f]{64}$/)
    assert.equal(secret.last_four, text.slice(-4))
  }))

test('under another server secret the token is unknown', () =>
  withToken({}, async ({ database, text }) => {
    const { createSecretKey, randomBytes } = await import('node:crypto')
    const other = openTokens({ database, serverSecret: createSecretKey(randomBytes(32)) })
    assert.equal(await other.verify(presented(text)), undefined)
  }))

test('a token expires at its time', () =>
  withHub(async ({ tokens, clock, addAccount }) => {
    const accountId = await addAccount('Ada')
    const { text } = await tokens.create({ accountId, name: 'short', scope: 1, expiresAt: clock.now + hour })
    clock.now += hour - 1
    assert.ok(await tokens.verify(presented(text)))
    clock.now += 1
    assert.equal(await tokens.verify(presented(text)), undefined)
    assert.equal((await tokens.list(accountId))[0]?.state, 'expired')
  }))

test('a revoked token is refused on the next request, also when another process revoked it', () =>
  withToken({}, async ({ tokens, databaseFile, serverSecret, id, text, accountId }) => {
    assert.ok(await tokens.verify(presented(text)))
    const elsewhere = await openSqliteDatabase(databaseFile)
    await openTokens({ database: elsewhere, serverSecret }).revoke(id, 'lost laptop')
    assert.equal(await tokens.verify(presented(text)), undefined)
    await elsewhere.close()
    await tokens.revoke(id, 'a second reason')
    const [token] = await tokens.list(accountId)
    assert.deepEqual([token?.state, token?.revokedReason], ['revoked', 'lost laptop'])
  }))

test('a banned account is refused at once and accepted when unbanned; a muted one is accepted', () =>
  withToken({}, async ({ tokens, accounts, text }) => {
    await accounts.changeStatus('ada', 'mute')
    assert.ok(await tokens.verify(presented(text)))
    await accounts.changeStatus('ada', 'ban')
    assert.equal(await tokens.verify(presented(text)), undefined)
    await accounts.changeStatus('ada', 'unban')
    assert.ok(await tokens.verify(presented(text)))
  }))

test('rotated with an overlap both secrets work, and after it only the new one', () =>
  withToken({}, async ({ tokens, clock, id, text, accountId }) => {
    const { text: renewed } = await tokens.rotate(id, { overlapMs: 24 * hour })
    assert.notEqual(renewed, text)
    const [before, after] = [await tokens.verify(presented(text)), await tokens.verify(presented(renewed))]
    assert.ok(before?.via.kind === 'token' && after?.via.kind === 'token')
    assert.equal(before.via.tokenId, after.via.tokenId)
    clock.now += 24 * hour
    assert.equal(await tokens.verify(presented(text)), undefined)
    assert.ok(await tokens.verify(presented(renewed)))
    const [token] = await tokens.list(accountId)
    assert.deepEqual(
      token?.secrets.map(({ endsAt, lastFour }) => [endsAt, lastFour]),
      [
        [clock.now, text.slice(-4)],
        [null, renewed.slice(-4)],
      ],
    )
  }))

test('a second rotation ends the secret before at once where it says so, and prolongs none', () =>
  withToken({}, async ({ tokens, clock, id, text }) => {
    const { text: second } = await tokens.rotate(id, { overlapMs: hour })
    const { text: third } = await tokens.rotate(id, { overlapMs: 2 * hour })
    clock.now += hour
    assert.equal(await tokens.verify(presented(text)), undefined)
    assert.ok(await tokens.verify(presented(second)))
    await tokens.rotate(id, { overlapMs: 0 })
    assert.equal(await tokens.verify(presented(second)), undefined)
    assert.equal(await tokens.verify(presented(third)), undefined)
  }))

test('what has ended or never was cannot be rotated, nor for longer than 30 days', () =>
  withToken({}, async ({ tokens, id }) => {
    for (const overlapMs of [-1, 30 * 24 * hour + 1, Number.NaN])
      await assert.rejects(tokens.rotate(id, { overlapMs }), { name: 'DomainError' })
    await assert.rejects(tokens.rotate(999, { overlapMs: 0 }), { name: 'DomainError', message: /no token 999/ })
    await assert.rejects(tokens.revoke(999, 'why'), { name: 'DomainError' })
    await tokens.revoke(id, 'why')
    await assert.rejects(tokens.rotate(id, { overlapMs: 0 }), { name: 'DomainError', message: /revoked/ })
  }))

test('a token bound to networks is refused from elsewhere', () =>
  withToken({ networks: ['10.0.0.0/8', '2001:db8::/32'] }, async ({ tokens, text }) => {
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::1'])
      assert.ok(await tokens.verify(presented(text, { address })), address)
    for (const address of ['11.1.2.3', '::1', '127.0.0.1', 'unknown', ''])
      assert.equal(await tokens.verify(presented(text, { address })), undefined, address)
  }))

const policies = [
  { queryPolicy: 'never', onApi: false, onDownloads: false },
  { queryPolicy: 'downloads', onApi: false, onDownloads: true },
  { queryPolicy: 'always', onApi: true, onDownloads: true },
] as const
for (const { queryPolicy, onApi, onDownloads } of policies) {
  test(`under the query policy "${queryPolicy}" the header works everywhere, the query form as it says`, () =>
    withToken({ queryPolicy }, async ({ tokens, text }) => {
      const accepted = async (more: Partial<TokenRequest>) => (await tokens.verify(presented(text, more))) !== undefined
      assert.equal(await accepted({ form: 'header', use: 'api' }), true)
      assert.equal(await accepted({ form: 'header', use: 'download' }), true)
      assert.equal(await accepted({ form: 'query', use: 'api' }), onApi)
      assert.equal(await accepted({ form: 'query', use: 'download' }), onDownloads)
    }))
}

test('the query form is accepted everywhere unless a token says otherwise', () =>
  withToken({}, async ({ tokens, text }) => {
    assert.ok(await tokens.verify(presented(text, { form: 'query' })))
  }))

test('properties out of bounds are refused with a reason', () =>
  withHub(async ({ tokens, clock, addAccount }) => {
    const accountId = await addAccount('Ada')
    const refused: [Partial<NewToken>, RegExp][] = [
      [{ name: '  ' }, /1 to 64/],
      [{ name: 'x'.repeat(65) }, /1 to 64/],
      [{ name: 'two\nlines' }, /control/],
      [{ networks: ['office'] }, /"office"/],
      [{ expiresAt: clock.now }, /future/],
      [{ scope: 2 ** 25 }, /scope/],
      [{ scope: 1.5 }, /scope/],
    ]
    for (const [properties, message] of refused) {
      await assert.rejects(tokens.create({ accountId, name: 'n', scope: 1, ...properties }), {
        name: 'DomainError',
        message,
      })
    }
    assert.deepEqual(await tokens.list(accountId), [])
  }))

test('an account has a bounded number of active tokens; those that have ended do not count', () =>
  withToken({}, async ({ tokens, database, accountId, id, clock }) => {
    const row = { account_id: accountId, name: 'n', scope: 1, networks: '[]', query_policy: 'always' as const }
    const rows = Array.from({ length: 499 }, () => ({ ...row, created_at: clock.now }))
    await database.write((transaction) => transaction.insertInto('token').values(rows).execute())
    const make = () => tokens.create({ accountId, name: 'one more', scope: 1 })
    await assert.rejects(make(), { name: 'DomainError', message: /500 active tokens/ })
    await tokens.revoke(id, 'test')
    await make()
    await assert.rejects(make(), { name: 'DomainError' })
  }))

test('the list shows what a token may, and never its secret', () =>
  withToken({ name: '  laptop ', networks: ['10.1.2.3/8'] }, async ({ tokens, accountId, text }) => {
    const [token] = await tokens.list(accountId)
    assert.deepEqual(
      [token?.name, token?.state, token?.scope, token?.networks, token?.queryPolicy, token?.lastUsedAt],
      ['laptop', 'active', 5, ['10.0.0.0/8'], 'always', null],
    )
    assert.ok(!JSON.stringify(token).includes(text.slice(3, 20)))
    assert.deepEqual(await tokens.list(accountId + 1), [])
  }))
